// Every element with data-live re-reads itself: one request in flight, at most one more behind it.
import { announce } from "./words.js";

const PATIENCE = 20_000; // an answer that never came must not block the next

const records = new WeakMap();
let hints = []; // of the last while: { about, at }
// What a person looks at comes first, what surrounds it after.
const all = () => [...document.querySelectorAll("main [data-live]"), ...document.querySelectorAll("body > :not(main) [data-live]")];

const record = (element) => {
  if (!records.has(element)) records.set(element, { started: 0, again: false, failures: 0, since: 0 });
  return records.get(element);
};

/** Re-read one live element; `since` as below. */
export function reread(element, since) {
  const state = record(element);
  state.since ||= since;
  if (Date.now() - state.started < PATIENCE) {
    state.again = true;
    return;
  }
  state.started = Date.now();
  window.htmx.trigger(element, "live");
}

/** Re-read what a hint names; "*" names everything. `since` is when the hint came (ms since the epoch). */
export function rereadAbout(about, since = Date.now()) {
  hints = [...hints.filter(({ at }) => Date.now() - at < PATIENCE), { about, at: Date.now() }];
  document.dispatchEvent(new CustomEvent("visavis:about", { detail: { about } })); // for what has a way of its own to read anew
  for (const element of all()) if (names(about, element)) reread(element, since);
}

const names = (about, element) => about.includes("*") || element.dataset.live.split(/\s+/).some((token) => about.includes(token));

/** Re-read what came into `root` with an answer asked for at `asked` (ms since the epoch) and was hinted about before it was here. */
export function rereadMissed(root, asked) {
  for (const element of root.querySelectorAll("[data-live]"))
    if (hints.some(({ about, at }) => at >= asked && names(about, element))) reread(element, asked);
}

/** Re-read everything; `spread` ms are drawn at random first, so that a crowd does not come back as one. */
export function rereadAll(spread = 0) {
  setTimeout(() => rereadAbout(["*"]), Math.random() * spread);
}

/** Re-read the whole page in place, where something without its own address changed. */
export function rereadPage() {
  return window.htmx.ajax("GET", location.href, { target: "#main", swap: "morph:outerHTML", select: "#main" });
}

const sentences = (root) =>
  new Map([...root.querySelectorAll("[data-announce][id]")].map((each) => [each.id, each.dataset.announce]));

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const element = detail.requestConfig.elt;
  if (element.dataset?.live === undefined) return;
  record(element).before = sentences(document);
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const element = detail.requestConfig.elt;
  if (element.dataset?.live === undefined || detail.requestConfig.verb !== "get") return;
  const state = record(element);
  state.started = 0;
  if (detail.successful) shown(element, state);
  else failed(element, state, detail.xhr.status);
  if (state.again) {
    state.again = false;
    reread(element, Date.now());
  }
});

function shown(element, state) {
  document.dispatchEvent(
    new CustomEvent("visavis:shown", { detail: { element: element.id, since: state.since, at: Date.now() } }),
  );
  Object.assign(state, { failures: 0, since: 0 });
  const changed = [...sentences(document)].filter(([id, sentence]) => state.before?.get(id) !== sentence);
  const sessions = changed.filter(([id]) => id.startsWith("session-"));
  for (const [id] of sessions) freshen(document.getElementById(id));
  announce((sessions.length ? sessions : changed).slice(0, 3).map(([, sentence]) => sentence).join(". "));
}

function freshen(card) {
  card.classList.add("fresh");
  card.addEventListener("animationend", () => card.classList.remove("fresh"), { once: true });
}

function failed(element, state, status) {
  if (status === 401) location.reload();
  if (status >= 400 && status < 500 && status !== 429) return;
  state.failures += 1;
  setTimeout(() => element.isConnected && reread(element, Date.now()), Math.min(30_000, 1000 * 2 ** state.failures));
}

// After a change of one's own its hint is on the way, to this tab as to every other; where none comes, read at once.
const HINT = 250; // ms within which it is here
let asked = 0;
let hinted = 0;

document.addEventListener("visavis:hint", () => (hinted = Date.now()));
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.requestConfig.verb !== "get") asked = Date.now();
});

function rereadUnlessHinted() {
  const since = asked;
  const listening = document.querySelector("[data-connection]")?.dataset.state === "connected";
  setTimeout(() => hinted >= since || rereadAll(), listening ? HINT : 0);
}

document.addEventListener("visavis:changed", ({ target }) => {
  rereadUnlessHinted();
  const main = document.getElementById("main");
  const itself = "[data-live], [data-room]"; // what reads itself anew
  if (!main.querySelector(itself) || (main.contains(target) && !target.closest(itself))) rereadPage();
});

// A room that is open now is another page: with a camera, and not re-read while people talk in it.
document.addEventListener("visavis:shown", ({ detail }) => {
  if (document.getElementById(detail.element)?.dataset.reload !== undefined) location.reload();
});
