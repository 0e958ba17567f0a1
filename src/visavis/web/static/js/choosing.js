// Choosing a time: months, days and time zones change in place, and the address follows. Without scripts they are links.
import { reread } from "./fragments.js";
import { tell, word } from "./words.js";

const calendar = () => document.querySelector("#slots[hx-get]");
const plainClick = (event) => event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

/** The start that is chosen, as it is sent; empty when none is. */
export const chosen = () => document.querySelector("#slots [name=starts_at]:checked")?.value ?? "";

let choice = chosen();
let wanted = ""; // the address that the calendar shall have; an answer under way may still bring an older one

/** From now on the calendar re-reads itself with these choices. */
export function point(changes) {
  const address = new URL(calendar().getAttribute("hx-get"), location.origin);
  for (const [name, value] of Object.entries(changes)) {
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  wanted = address.pathname + address.search;
  const kept = document.querySelector("[data-zone-form] [name=starts_at]");
  if (kept) kept.value = address.searchParams.get("starts_at") ?? "";
  aim();
}

function aim() {
  const element = calendar();
  element.setAttribute("hx-get", wanted);
  window.htmx.process(element);
  history.replaceState(history.state, "", wanted.replace("/slots?", "?"));
}

/** The same, at once; `keep` is the start that stays chosen. */
export function look(changes, keep = "") {
  choice = keep;
  point(changes);
  reread(calendar(), Date.now());
}

function follow() {
  const again = choice && document.querySelector(`#slots [name=starts_at][value="${CSS.escape(choice)}"]`);
  if (again) again.checked = true; // it may stand elsewhere now: among its day's times, no longer near to another one
  else if (choice && document.getElementById("nearest")) tell(word("taken"));
  choice = chosen();
  const { zoneWords } = calendar()?.dataset ?? {};
  const summary = document.querySelector("[data-zone-summary]");
  if (summary && zoneWords) summary.textContent = zoneWords;
}

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.requestConfig.elt.id === "slots" && wanted && calendar()) {
    if (detail.requestConfig.path === wanted) wanted = "";
    else aim();
    if (document.activeElement === document.body) document.getElementById("month").focus({ preventScroll: true });
  }
  follow();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("#slots a[data-choose]");
  if (!link || !plainClick(event)) return;
  event.preventDefault();
  const { searchParams } = new URL(link.href);
  look({ day: searchParams.get("day"), month: searchParams.get("month"), starts_at: "" });
});

document.addEventListener("change", ({ target }) => {
  if (target.matches("#slots [name=starts_at]")) {
    choice = target.value;
    if (target.closest("#nearest")) look({ starts_at: choice, day: "" }, choice); // and show its day
    else point({ starts_at: choice });
  } else if (target.matches("[data-zone-form] select")) {
    for (const input of document.querySelectorAll("#book [name=zone]")) input.value = target.value;
    look({ zone: target.value }, choice);
  }
});

// Who is not signed in sees times on the clock of their own device, as the field above the calendar has guessed it.
const guessed = document.querySelector("[data-zone-form] select");
const shown = guessed?.querySelector("option[selected]")?.value;
if (guessed && guessed.value !== shown) guessed.dispatchEvent(new Event("change", { bubbles: true }));

// Arrows walk over the days that have free times.
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

document.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  const day = event.target.closest?.("#slots .days a");
  if (!step || !day) return;
  event.preventDefault();
  const cells = [...day.closest(".days").querySelectorAll("li:not(.week)")];
  for (let place = cells.indexOf(day.parentElement) + step; place in cells; place += Math.sign(step)) {
    const link = cells[place].querySelector("a");
    if (link) return link.focus();
  }
});
