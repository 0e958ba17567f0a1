// One stream per browser. The tab that holds the lock listens and passes every hint on; the others follow, and
// whichever waits next takes over when the lock is let go. While the stream is down every tab polls.
import { reread, rereadAbout, rereadAll } from "./fragments.js";
import { read } from "./stream.js";
import { announce } from "./words.js";

const POLL = 30_000;
const LONGEST = 30_000;
const TRIES_BEFORE_POLLING = 3;
const address = document.body.dataset.stream;
const account = document.body.dataset.account;

let channel; // between the tabs of this browser
let life; // aborted when this tab leaves or freezes
let wake = () => {}; // ends the leader's pause early
let state = "connecting";
let attempts = 0;
let leading = false;
let known = document.body.dataset.known; // what this page shows, in the server's words: for its first stream only

/** Half to one and a half times 0.5 s, 1 s, 2 s … at most 30 s. */
const delay = (attempt) => Math.min(LONGEST, 500 * 2 ** (attempt - 1) * (0.5 + Math.random()));

function start() {
  life = new AbortController();
  channel = new BroadcastChannel("visavis");
  channel.addEventListener("message", ({ data }) => heard(data));
  channel.postMessage({ type: "hello", account });
  stand(life.signal);
}

/** What comes without its content, because the page does not know it, is read for the first time. */
function readFirst() {
  for (const element of document.querySelectorAll("[data-live][data-read-first]")) reread(element, Date.now());
}

function leave() {
  life.abort();
  channel.close();
}

function again() {
  leave();
  known = "";
  start();
  rereadAll();
}

async function stand(stop) {
  try {
    if (navigator.locks) await navigator.locks.request(`visavis-${account}`, { signal: stop }, () => lead(stop));
    else await lead(stop); // only on plain http: each tab listens for itself
  } catch (error) {
    if (!stop.aborted) throw error;
  }
}

async function lead(stop) {
  leading = true;
  while (!stop.aborted) {
    const wait = await listen(stop);
    if (stop.aborted) break;
    attempts += 1;
    const pause = Math.max(wait, delay(attempts));
    share({ type: "state", state: attempts > TRIES_BEFORE_POLLING ? "polling" : "reconnecting", attempts, pause });
    await rest(pause, stop);
  }
  leading = false;
}

/** Follow the stream until it breaks; how long the server asks to stay away (ms). */
async function listen(stop) {
  const knows = known;
  known = ""; // a second stream follows a break
  try {
    await read(address, knows, stop, (type, data) => share({ ...data, type }));
  } catch (error) {
    if (error.status === 401 && !stop.aborted) share({ type: "end" });
    return error.wait ?? 0;
  }
  return 0;
}

function rest(ms, stop) {
  return new Promise((resolve) => {
    wake = resolve;
    setTimeout(resolve, ms);
    stop.addEventListener("abort", resolve, { once: true });
  });
}

/** What the leader learns, it does itself and tells the others. */
function share(message) {
  const stamped = { ...message, account, at: Date.now() };
  channel.postMessage(stamped);
  heard(stamped);
}

function heard(message) {
  if (message.account === account) reactions[message.type]?.(message);
  else if (message.type === "hello") location.reload(); // somebody else signed in in this browser
}

const reactions = {
  /** Only the page that leads has said what it knows; whatever another one may have missed, it reads again. */
  ready({ missed }) {
    const back = attempts > 0;
    attempts = 0;
    show("connected");
    if (missed !== false || !leading) rereadAll(back ? 400 : 0);
  },
  hint({ about, at }) {
    document.dispatchEvent(new CustomEvent("visavis:hint", { detail: { about, at, heard: Date.now() } }));
    rereadAbout(about, at);
  },
  resync: () => rereadAll(400),
  end() {
    // A form on its way (signing out, say) leads on by itself; a reload would take its answer away.
    if (!document.querySelector("form [aria-busy]")) location.reload();
  },
  state({ state: next, attempts: count, pause }) {
    const late = state === "connecting" && next === "connected";
    attempts = count;
    show(next);
    if (late) rereadAll(); // what was hinted while this page was on its way
    // A hidden leader's timers may be slowed down to one a minute; a visible tab keeps time for it.
    if (!leading && pause && !document.hidden) setTimeout(nudge, pause);
  },
  hello() {
    if (leading) share({ type: "state", state, attempts });
  },
  nudge: () => wake(),
};

/** Try again at once. */
function nudge() {
  if (state === "connected") return;
  wake();
  channel.postMessage({ type: "nudge", account });
}

function show(next) {
  if (next === state || next === "connecting") return;
  const first = state === "connecting";
  state = next;
  for (const indicator of document.querySelectorAll("[data-connection]")) indicator.dataset.state = next;
  const words = document.querySelector(`[data-connection] .${next}`);
  if (words && !(first && next === "connected")) announce(words.textContent);
}

if (address) {
  // After htmx has found the elements to re-read.
  addEventListener("DOMContentLoaded", start);
  addEventListener("DOMContentLoaded", readFirst);
  setInterval(() => state === "connected" || rereadAll(), POLL);
  addEventListener("pagehide", leave);
  addEventListener("pageshow", ({ persisted }) => persisted && again());
  document.addEventListener("freeze", leave);
  document.addEventListener("resume", again);
  addEventListener("online", nudge);
  document.addEventListener("visibilitychange", () => document.hidden || nudge());
} else {
  setInterval(() => document.hidden || rereadAll(), POLL); // who is not signed in has no stream
}
