// Every element with data-live re-reads itself: one request in flight, at most one more behind it.
import { press } from "./press.js";
import { announce } from "./words.js";

const PATIENCE = 20_000; // an answer that never came must not block the next

const records = new WeakMap();
let hints = []; // of the last while: { about, at }
// What a person looks at comes first, what surrounds it after.
const all = () => [...document.querySelectorAll("main [data-live]"), ...document.querySelectorAll("body > :not(main) [data-live]")];

const record = (element) => {
  if (!records.has(element)) records.set(element, { started: 0, again: false, failures: 0, since: 0, asked: 0 });
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
  const started = Date.now();
  state.sent = false;
  window.htmx.trigger(element, "live");
  state.started = state.sent ? started : 0; // to what was dropped there is no answer to wait for
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

/** When that was asked for which is shown in a live element (ms since the epoch); 0 while it stands as the page brought it. */
export const askedAt = (element) => record(element).asked;

/** Re-read the whole page in place, where something without its own address changed; its parts may know of more by then. */
export async function rereadPage() {
  await press.end();
  const asked = Date.now();
  const main = document.getElementById("main");
  record(main).late = false; // of an earlier answer: one that is dropped has none
  try {
    await window.htmx.ajax("GET", location.href, { source: main, target: main, swap: "morph:outerHTML", select: "#main" });
  } catch {
    return; // offline: the connection says so
  }
  if (record(main).late) return rereadPage();
  rereadMissed(main, asked);
}

const sentences = (root) =>
  new Map([...root.querySelectorAll("[data-announce][id]")].map((each) => [each.id, each.dataset.announce]));

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const element = detail.requestConfig.elt;
  if (element.dataset?.live === undefined && element.id !== "main") return;
  const state = record(element);
  state.before = sentences(document);
  state.late = press.going();
  if (state.late) detail.shouldSwap = false;
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const element = detail.requestConfig.elt;
  if (element.dataset?.live === undefined || detail.requestConfig.verb !== "get") return;
  const state = record(element);
  const { started } = state;
  state.started = 0;
  if (state.late) lateFor(element, state);
  else if (detail.successful) shown(element, state, started);
  else failed(element, state, detail.xhr.status);
  if (state.again) {
    state.again = false;
    reread(element, Date.now());
  }
});

/** What came while something was pressed is asked for once more when it is not. */
async function lateFor(element, state) {
  state.again = false;
  await press.end();
  if (element.isConnected) reread(element, state.since);
}

function shown(element, state, asked) {
  document.dispatchEvent(
    new CustomEvent("visavis:shown", { detail: { element: element.id, since: state.since, at: Date.now() } }),
  );
  Object.assign(state, { failures: 0, since: 0, asked });
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
  else if (detail.elt.dataset?.live !== undefined) record(detail.elt).sent = true;
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
