// Chat on every page: how many messages are unread, the way to the window, and what was left unsent. The rest is loaded
// when it is needed.
import { count } from "./bell.js";

const account = document.body.dataset.account;
const talks = () => document.getElementById("talks");
const frame = document.getElementById("talk");
const wide = matchMedia("(min-width: 48rem)"); // a phone shows the page instead
const plainClick = (event) => event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
const SETTLES = 300; // ms: a message that is read at once is not counted first
const stateKey = `visavis-talk-${account}`;

let timer;

/** The number in the tab's title and in its icon. */
function mark() {
  count();
  const link = document.querySelector("link[rel=icon]");
  link.dataset.plain ??= link.href;
  const unread = Number(talks().dataset.unread);
  link.href = unread ? numbered(unread) : link.dataset.plain;
}

function numbered(unread) {
  const words = unread > 9 ? "9+" : `${unread}`;
  const mark = `<rect width="32" height="32" rx="8" fill="#1c4b46"/><path d="M6.5 7a9 9 0 0 1 0 18z" fill="#fdfaf4"/>`;
  const count = `<circle cx="21" cy="11" r="11" fill="#fdfaf4"/><text x="21" y="16.5" text-anchor="middle" font-family="sans-serif" font-weight="700" font-size="15" fill="#1c4b46">${words}</text>`;
  return `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${mark}${count}</svg>`)}`;
}

function look() {
  clearTimeout(timer);
  timer = setTimeout(mark, SETTLES);
}

const listen = async (onArrival) => (await import("./talk/heard.js")).listen(onArrival);

async function open(link) {
  (await import("./talk/window.js")).open(link.getAttribute("href"), link);
}

/** What somebody else left in this tab is not for these eyes. */
function forget() {
  for (const key of Object.keys(sessionStorage)) {
    if (/^visavis-(talk|draft|unsent)-/.test(key) && !key.includes(`-${account}`)) sessionStorage.removeItem(key);
  }
}

forget();
if (talks()) {
  mark();
  document.addEventListener("visavis:shown", ({ detail }) => detail.element === "talks" && look());
  document.addEventListener("visavis:about", ({ detail }) => detail.about.includes("message") && listen(false));
  if (Number(talks().dataset.unread)) listen(true);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-talk]");
    if (!link || !frame || !wide.matches || !plainClick(event)) return;
    event.preventDefault();
    link.closest("details.menu")?.removeAttribute("open");
    open(link);
  });
  const left = frame && wide.matches && sessionStorage.getItem(stateKey);
  if (left) import("./talk/window.js").then(({ restore }) => restore(left));
  const room = document.querySelector("main [data-room]");
  if (room) import("./talk/room.js").then(({ enter }) => enter(room));
  else if (sessionStorage.getItem(`visavis-unsent-${account}`)) import("./talk/sending.js").then(({ resume }) => resume());
}
