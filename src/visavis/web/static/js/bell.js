// The bell: its count stands in the tab's title. What is new is made heard by ./news.js, loaded when there is any.
const bell = () => document.getElementById("bell");
const account = document.body.dataset.account;
const heardKey = `visavis-heard-${account}`;
const leftKey = `visavis-left-${account}`;
const BETWEEN_PAGES = 10_000; // ms from one page to the next

/** The number up to which this browser has made things heard; all its tabs share it. */
export const heard = () => Number(localStorage.getItem(heardKey) ?? 0);
export const setHeard = (number) => localStorage.setItem(heardKey, number);
const LAG = 10_000; // ms after which a tab surely reads in the common storage what another one wrote
/** Tell the other tabs by a lock that is held for a while: their common storage may lag behind, locks never do. */
export const mark = (name) =>
  navigator.locks &&
  new Promise((marked) => {
    navigator.locks.request(name, () => (marked(), new Promise((end) => setTimeout(end, LAG))));
  });
/** What tabs of this browser marked lately. */
export const marked = async () => (navigator.locks ? (await navigator.locks.query()).held.map(({ name }) => name) : []);
/** Run alone among the tabs of this browser (on plain http, where there are no locks, just run). */
export const alone = (work) => (navigator.locks ? navigator.locks.request("visavis-news", work) : work());
/** Whether any tab of ours is in front of the reader. */
export async function anyVisible() {
  if (!navigator.locks) return !document.hidden;
  return (await navigator.locks.query()).held.some(({ name }) => name === "visavis-visible");
}

/** What is unread, notifications and messages together, stands in the tab's title. */
export function count() {
  const unread = Number(bell().dataset.unread) + Number(document.getElementById("talks").dataset.unread);
  const plain = document.title.replace(/^\(\d+\+?\) /, "");
  document.title = unread ? `(${unread > 99 ? "99+" : unread}) ${plain}` : plain;
}

const STAYS = 2000; // ms on a page that somebody came for
let offered = false;

async function look() {
  count();
  const { latest, volume } = bell().dataset;
  if (Number(latest) > heard()) (await import("./news.js")).tell(Number(latest));
  if (!Number(volume) || offered) return;
  offered = true;
  setTimeout(offer, STAYS);
}

/** To ask the browser whether a page may sound takes loudspeakers into use: not for who is only passing through. */
async function offer() {
  if (!navigator.userActivation?.hasBeenActive) (await import("./news.js")).offerSound();
}

// Every tab holds one lock for as long as it is open, and another one while it is in front of the reader.
let open; // lets go of it, while it is held
let visible;

/** Hold a lock together with other tabs; the answer lets go of it. */
export function hold(name) {
  let letGo;
  const stays = new Promise((resolve) => (letGo = resolve));
  navigator.locks?.request(name, { mode: "shared" }, () => stays);
  return letGo;
}

function stand() {
  open ??= hold("visavis-open");
  if (!document.hidden) visible ??= hold("visavis-visible");
  else if (visible) {
    visible();
    visible = null;
  }
}

function leave() {
  localStorage.setItem(leftKey, Date.now());
  open?.();
  visible?.();
  open = visible = null;
}

/** What happened while no page of ours was open is under the bell, and makes no noise afterwards. */
async function begin() {
  const others = navigator.locks && (await navigator.locks.query()).held.some(({ name }) => name === "visavis-open");
  const goesOn = others || Date.now() - Number(localStorage.getItem(leftKey)) < BETWEEN_PAGES;
  if (!goesOn || localStorage.getItem(heardKey) === null) setHeard(Number(bell().dataset.latest));
  stand();
  look();
  return goesOn;
}

/** Whether a page of ours was open until now: what happened since makes itself heard. */
export let goesOn = Promise.resolve(false);

if (bell()) {
  document.addEventListener("visavis:shown", ({ detail }) => detail.element === "bell" && look());
  document.addEventListener("visibilitychange", stand);
  addEventListener("pagehide", leave);
  addEventListener("pageshow", ({ persisted }) => persisted && stand());
  goesOn = begin();
}
