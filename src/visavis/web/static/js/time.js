// Relative times and countdowns that stay true, links that open and close at their moment, and a fresh look when the clock alone
// changes what can be done. All by the server's clock.
import { askedAt, reread } from "./fragments.js";

const UNITS = [
  ["year", 31_536_000], ["month", 2_592_000], ["week", 604_800], ["day", 86_400],
  ["hour", 3_600], ["minute", 60], ["second", 1],
];
const ahead = Date.parse(document.documentElement.dataset.now) - Date.now(); // the page's age is lost in the rounding
const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
const NOW = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" }).format(0, "second"); // "now"
const JUST = 5; // seconds, as in kit/format.py

/** Now, in ms since the epoch, as the server counts. */
export const now = () => Date.now() + (Number.isNaN(ahead) ? 0 : ahead);

function relative(ms) {
  const seconds = Math.abs(ms) / 1000;
  if (seconds < JUST) return NOW;
  const [unit, size] = UNITS.find(([, length]) => seconds / length >= 1.2) ?? UNITS.at(-1);
  return words.format(Math.sign(ms) * Math.round(seconds / size), unit);
}

const LONG = {};
for (const unit of ["day", "hour", "minute"]) {
  LONG[unit] = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "long" });
}

/** The two largest units until then, as kit/format.py writes them. */
function countdown(ms) {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor(minutes / 60) % 24;
  const parts = days ? [["day", days], ["hour", hours]] : [["hour", hours], ["minute", minutes % 60]];
  const said = parts.filter(([, count]) => count).map(([unit, count]) => LONG[unit].format(count));
  return said.join(" ") || LONG.minute.format(1);
}

function say(time, text) {
  if (time.textContent !== text) time.textContent = text;
}

function tick(root = document) {
  for (const time of root.querySelectorAll("time[data-relative]")) {
    say(time, relative(Date.parse(time.dateTime) - now()));
  }
  for (const time of root.querySelectorAll("time[data-countdown]")) say(time, countdown(Date.parse(time.dateTime) - now()));
  for (const link of root.querySelectorAll("[data-enable-from]")) enable(link);
}

const begun = now();
const turned = new WeakMap(); // when a live element was last asked for because of its instants

/** Whatever passed one of its instants since it was asked for is read again. */
function turn() {
  const badge = document.getElementById("waiting-top"); // an invitation comes along with it
  const passed = new Set();
  for (const each of document.querySelectorAll("[data-turns]")) {
    const live = each.closest("[data-live]") ?? badge;
    if (live && each.dataset.turns.split(" ").some((instant) => since(live) < Date.parse(instant) && Date.parse(instant) <= now())) passed.add(live);
  }
  for (const live of passed) {
    turned.set(live, now());
    reread(live, Date.now());
  }
}

/** Up to when a live element knows what it shows: an answer may have been on its way while an instant passed. */
const since = (live) => Math.max(begun, turned.get(live) ?? 0, askedAt(live) + now() - Date.now());

function enable(link) {
  const open = now() >= Date.parse(link.dataset.enableFrom) && now() < Date.parse(link.dataset.enableUntil);
  if (open === link.hasAttribute("href")) return;
  if (open) {
    link.setAttribute("href", link.dataset.href);
    link.removeAttribute("aria-disabled");
    link.removeAttribute("title");
  } else {
    link.removeAttribute("href");
    link.setAttribute("aria-disabled", "true");
  }
}

tick();
setInterval(() => {
  tick();
  turn();
}, 1000);
document.addEventListener("visavis:shown", () => tick());
document.addEventListener("htmx:afterSwap", () => tick());
