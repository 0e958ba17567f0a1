// The chosen slot is kept for this person while they fill in the form, and let go when they leave.
import { chosen, look } from "./choosing.js";
import { now } from "./time.js";
import { announce, tell } from "./words.js";

const place = () => document.querySelector("#hold[data-hold]");
const form = () => document.getElementById("book");

let held = null; // { start, until }: until in ms since the epoch, as the server counts
let asked = ""; // the start whose answer is awaited; answers to an earlier choice do not count

/** What every request about a hold carries. */
function words(start) {
  const data = new FormData();
  for (const name of ["_csrf_token", "offering_id", "length"]) data.set(name, form().querySelector(`[name=${name}]`).value);
  data.set("starts_at", start);
  return data;
}

async function take(start) {
  asked = start;
  let answer;
  try {
    answer = await fetch(place().dataset.hold, { method: "POST", body: words(start), headers: { accept: "application/json" } });
  } catch {
    asked = "";
    return; // the form itself will say when it cannot be sent
  }
  if (asked !== start) return;
  asked = "";
  const said = await answer.json();
  held = answer.ok ? { start, until: Date.parse(said.expires_at) } : null;
  show();
  if (held) announce(place().dataset.said);
  else if (answer.status === 409) {
    tell(said.detail);
    look({ starts_at: start }); // shows what is free near it
  }
}

function release() {
  const start = held?.start ?? asked; // one that is still on its way is let go as well
  held = null;
  asked = "";
  if (!start) return;
  if (form()) navigator.sendBeacon(`${place().dataset.hold}/release`, words(start));
  show();
}

function show(over = false) {
  const line = place();
  if (!line) return;
  line.hidden = !held && !over;
  line.querySelector("[data-on]").hidden = !held;
  line.querySelector("[data-over]").hidden = Boolean(held);
  if (!held) return;
  const left = Math.max(0, Math.round((held.until - now()) / 1000));
  line.querySelector("[data-left]").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  return left;
}

/** Nobody keeps it any more: the time has run out, or another tab took another one. */
function end() {
  held = null;
  show(true);
  announce(place()?.querySelector("[data-over]").textContent);
}

/** After the form has come (back): what is chosen in it is held, what is not chosen any more is let go. */
function follow() {
  if (!place()) return;
  const start = chosen();
  if (!start) release();
  else if (held?.start === start) show();
  else if (asked !== start) take(start);
}

setInterval(() => {
  if (!held) return;
  const left = show();
  if (left === 60) announce(place()?.dataset.soon);
  if (left === 0) end();
}, 1000);

document.addEventListener("change", ({ target }) => {
  if (place() && target.matches("#slots [name=starts_at]")) take(target.value);
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (["slots", "book"].includes(detail.requestConfig.elt.id) && (chosen() || held)) follow();
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const { requestConfig, successful, xhr } = detail;
  if (requestConfig.elt.id === "book" && successful && xhr.status < 400) held = null; // booked: the hold has served
});
document.addEventListener("visavis:hint", ({ detail }) => {
  const ours = [held?.start, asked].map((start) => `hold:${start}`); // the hint of one's own choice may be here before its answer
  if (held && detail.about.some((token) => token.startsWith("hold:") && !ours.includes(token))) end();
});
addEventListener("pagehide", release);
addEventListener("pageshow", follow);
