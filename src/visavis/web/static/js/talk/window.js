// The window: a page of /chat without its frame. Where it stands is kept in the tab, so that it is there on the next page.
import { rereadMissed } from "../fragments.js";
import { enter } from "./room.js";

const account = document.body.dataset.account;
const stateKey = `visavis-talk-${account}`;
const frame = document.getElementById("talk");
const inside = document.getElementById("talk-inside");
const AGAIN = 3000; // ms until it asks once more

let opener; // gets the focus back
let asked = 0;
let leave = () => {}; // the room that is shown

const keep = (path) => sessionStorage.setItem(stateKey, path);

/** Open the window on a page of /chat. */
export async function open(path, from) {
  const open = !frame.hidden;
  if (open && from?.id === "talks") return close();
  opener = from ?? opener;
  frame.hidden = false;
  if (!open) frame.classList.add("opened");
  await load(path, true);
}

/** As it stood on the page before; the focus stays where it is. */
export function restore(path) {
  frame.hidden = false;
  return load(path, false);
}

export function close() {
  leave();
  frame.hidden = true;
  frame.classList.remove("opened");
  inside.replaceChildren();
  sessionStorage.removeItem(stateKey);
  const back = opener?.isConnected ? opener : document.getElementById("talks");
  back.focus();
}

async function load(path, focused, hash = "") {
  const mine = ++asked;
  const since = Date.now();
  inside.setAttribute("aria-busy", "true");
  let answer;
  try {
    answer = await fetch(path, { headers: { "hx-request": "true", "hx-target": "talk" } });
  } catch {
    return lost(path, focused, mine);
  }
  if (mine !== asked || frame.hidden) return;
  if (answer.status === 401) return location.reload();
  if (answer.status === 404 && path !== "/chat") return load("/chat", focused);
  if (!answer.ok) return lost(path, focused, mine);
  const { pathname, search } = new URL(answer.url);
  const html = await answer.text();
  if (mine !== asked) return;
  show(html, pathname + search, focused, hash);
  rereadMissed(inside, since);
}

function show(html, path, focused, hash) {
  leave();
  inside.removeAttribute("aria-busy");
  inside.innerHTML = html;
  window.htmx.process(inside);
  keep(path);
  document.querySelector("[data-talk-whole]").href = path;
  const room = inside.querySelector("[data-room]");
  leave = room ? enter(room, (to) => load(to, inside.contains(document.activeElement)), hash) : () => {};
  if (focused) (inside.querySelector("[name=find], .compose textarea") ?? inside.querySelector("[tabindex='-1']"))?.focus({ preventScroll: true });
}

function lost(path, focused, mine) {
  if (!inside.firstElementChild) inside.textContent = inside.dataset.lost;
  setTimeout(() => mine === asked && !frame.hidden && load(path, focused), AGAIN);
}

frame.addEventListener("click", (event) => {
  if (event.target.closest("[data-talk-close]")) return close();
  if (event.target.closest("[data-talk-whole]")) return sessionStorage.removeItem(stateKey);
  const link = event.target.closest("a[href]");
  const other = event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  if (!link || other || event.defaultPrevented || link.target || link.download || link.matches("[data-dialog], [download]")) return;
  const { origin, pathname, search, hash } = new URL(link.href);
  if (origin !== location.origin || !pathname.startsWith("/chat")) return;
  event.preventDefault();
  load(pathname + search, true, hash);
});
frame.addEventListener("submit", (event) => {
  if (event.target.method !== "get") return;
  event.preventDefault();
  load(`${event.target.getAttribute("action")}?${new URLSearchParams(new FormData(event.target))}`, true);
});
frame.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || frame.querySelector("details.menu[open]")) return;
  event.preventDefault();
  close();
});
