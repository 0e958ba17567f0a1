// A room in the page or in the window: what is new comes in below, what is older above, and what is in view is read.
import { rereadMissed } from "../fragments.js";
import { history } from "./history.js";
import { piece, place, readUpto } from "./lines.js";
import { compose } from "./compose.js";
import { post } from "./sending.js";

const TYPED = 6000; // ms that somebody is said to be writing
const AGAIN = 3000; // ms until it asks once more
const NEAR = 64; // px from the end that count as being there

/** Let a room live; what it gives ends that. `load` shows another page of /chat where the room stands. */
export function enter(room, load = (path) => location.assign(path), hash = location.hash) {
  const ended = new AbortController();
  const { signal } = ended;
  const { dataset } = room;
  const at = `/chat/${dataset.room}`;
  const log = room.querySelector(".log[role=log]");
  if (!log) return () => {};
  const list = log.querySelector("ol");
  const detached = dataset.detached !== undefined;
  let busy = false;
  let again = false;
  let told = Number(dataset.upto);
  let typing;
  let letGo;

  const visible = () => !document.hidden && room.isConnected && room.offsetParent !== null;
  const atEnd = () => log.scrollTop > -NEAR;

  /** What was said or changed since; one question at a time, and at most one more behind it. */
  async function refresh() {
    if (detached || signal.aborted) return;
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    again = false;
    const asked = Date.now();
    try {
      const answer = await fetch(`${at}/messages?since=${dataset.version}`, { headers: { "hx-request": "true" }, signal: AbortSignal.timeout(15_000) });
      if (answer.status === 401) location.reload();
      if (answer.ok) take(await answer.text(), asked);
      else if (answer.status >= 500 || answer.status === 429) setTimeout(refresh, AGAIN);
    } catch {
      setTimeout(refresh, AGAIN);
    } finally {
      busy = false;
      if (again) refresh();
    }
  }

  function take(html, asked) {
    if (signal.aborted) return;
    const part = piece(html);
    dataset.version = Math.max(Number(dataset.version), Number(part.dataset.version));
    show(part);
    rereadMissed(list, asked);
    if (part.dataset.more) again = true;
    if (part.dataset.shut !== dataset.shut) load(at);
  }

  /** Put messages where they belong; what came in below is followed, unless somebody reads further up. */
  function show(part) {
    const stay = !atEnd();
    const before = log.scrollHeight;
    const fresh = place(list, part.querySelectorAll("ol > li"));
    if (fresh.some((each) => each.matches(".theirs"))) quiet();
    if (fresh.length && stay) {
      log.scrollTop -= log.scrollHeight - before;
      if (fresh.some((each) => each.matches(".theirs"))) below(true);
    } else if (fresh.some((each) => each.matches(".mine"))) toEnd();
    dataset.seen = Math.max(Number(dataset.seen), Number(part.dataset.seen));
    readUpto(list, Number(dataset.seen));
    read();
  }

  function toEnd() {
    log.scrollTop = 0;
    below(false);
  }

  function below(shown) {
    const button = log.querySelector(":scope > .below");
    if (!shown) button?.remove();
    else if (!button) log.prepend(room.querySelector("template[data-below]").content.firstElementChild.cloneNode(true));
  }

  /** The other one's messages that are in view are read. */
  function read() {
    const latest = Math.max(0, ...[...list.querySelectorAll(":scope > [data-number]")].map((each) => Number(each.dataset.number)));
    if (detached || !visible() || !atEnd() || latest <= told) return;
    const before = told;
    told = latest;
    below(false);
    post(`${at}/seen`, { upto: latest }).catch(() => (told = before)); // the next look comes back to it
  }

  /** Other tabs hear nothing of what is in view here. */
  function stand() {
    if (visible() && !signal.aborted) {
      letGo ??= hold(`visavis-room-${dataset.room}`);
      read();
    } else {
      letGo?.();
      letGo = null;
    }
  }

  function wrote() {
    room.querySelector("[data-writing]").hidden = false;
    room.querySelector("[data-usual]").hidden = true;
    clearTimeout(typing);
    typing = setTimeout(quiet, TYPED);
  }

  function quiet() {
    clearTimeout(typing);
    room.querySelector("[data-writing]").hidden = true;
    room.querySelector("[data-usual]").hidden = false;
  }

  document.addEventListener(
    "visavis:about",
    ({ detail: { about } }) => {
      if (about.includes("*") || about.includes(`chat:${dataset.room}`)) refresh();
      if (about.includes(`typing:${dataset.room}`)) wrote();
    },
    { signal },
  );
  document.addEventListener("visavis:changed", () => setTimeout(refresh, 250), { signal });
  document.addEventListener("visibilitychange", stand, { signal });
  log.addEventListener("scroll", () => atEnd() && (below(false), read()), { signal, passive: true });
  log.addEventListener(
    "click",
    (event) => {
      if (event.target.closest(".below")) toEnd();
      const answered = event.target.closest("a[data-answers]");
      const there = answered && document.getElementById(answered.dataset.answers);
      if (!there) return;
      event.preventDefault();
      event.stopPropagation();
      find(there);
    },
    { signal },
  );
  log.addEventListener("toggle", ({ target }) => target.open && expire(target), { signal, capture: true });
  history(log, list, at, signal);
  compose(room, { show, load, refresh, signal });
  keyboard(signal);
  const wanted = document.getElementById(hash.slice(1));
  const fresh = list.querySelector(".fresh-line");
  if (list.contains(wanted)) find(wanted);
  else if (detached) list.firstElementChild?.scrollIntoView({ block: "start" });
  else if (fresh) fresh.scrollIntoView({ block: "nearest" });
  stand();
  refresh();
  dataset.entered = ""; // from now on Enter sends
  return () => {
    ended.abort();
    clearTimeout(typing);
    letGo?.();
  };
}

function find(said) {
  said.scrollIntoView({ block: "center" });
  said.classList.add("found");
  setTimeout(() => said.classList.remove("found"), 2000);
}

/** What can be done for five minutes only is not offered afterwards. */
function expire(menu) {
  for (const each of menu.querySelectorAll("[data-until]")) each.hidden = Date.parse(each.dataset.until) < Date.now();
}

function hold(name) {
  let letGo;
  const stays = new Promise((resolve) => (letGo = resolve));
  navigator.locks?.request(name, { mode: "shared" }, () => stays);
  return letGo;
}

/** A page as high as what a phone shows above its keyboard. */
function keyboard(signal) {
  const view = window.visualViewport;
  if (!view || !document.querySelector("main > .talking")) return;
  const fit = () => {
    document.documentElement.style.setProperty("--seen", `${view.height}px`);
    if (view.offsetTop) scrollTo(0, 0);
  };
  view.addEventListener("resize", fit, { signal });
  fit();
}
