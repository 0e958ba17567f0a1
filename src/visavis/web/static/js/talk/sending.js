// What is to be said: one message after the other, sent again by itself until it is there. The words outlive a reload, files
// do not (browsers do not let them). Each has an id of its own, so that none is said twice.
import { piece } from "./lines.js";

const account = document.body.dataset.account;
const key = `visavis-unsent-${account}`;
const PATIENCE = 20_000; // ms for words
const FOR_FILES = 180_000;
const LONGEST = 30_000;
const TRIES = 2; // before it says so

const queue = []; // { room, id, body, reply, files, tries, state, why }
let busy = false;
let timer;
let watchers = [];

const token = () => document.querySelector("[name=_csrf_token]").value;

/** Send a small form; rejects when there is no answer, or a refusal. */
export async function post(address, values) {
  const body = new URLSearchParams({ ...values, _csrf_token: token() });
  const answer = await fetch(address, { method: "POST", body, headers: { "hx-request": "true" }, keepalive: true });
  if (!answer.ok) throw new Error(`refused: ${answer.status}`);
}

/** An id that nobody else makes; plain http has no randomUUID. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/** Tell of every change of what is unsent: `changed(message, answer)`; the answer is the room's, once it is said. */
export function watch(changed, signal) {
  watchers.push(changed);
  signal.addEventListener("abort", () => (watchers = watchers.filter((each) => each !== changed)));
}

const tell = (message, answer) => watchers.forEach((changed) => changed(message, answer));

/** What is unsent in a room. */
export const unsentIn = (room) => queue.filter((each) => each.room === room);

export function send(message) {
  queue.push({ tries: 0, state: "sending", files: [], ...message });
  save();
  tell(queue.at(-1));
  work();
}

/** At the sender's wish, once more, at once. */
export function retry(id) {
  const message = queue.find((each) => each.id === id);
  if (!message) return;
  Object.assign(message, { state: "sending", why: "" });
  tell(message);
  work();
}

/** The sender lets it be. */
export function drop(id) {
  const place = queue.findIndex((each) => each.id === id);
  if (place >= 0) queue.splice(place, 1);
  save();
}

/** After a reload: what was left goes on its way. */
export function resume() {
  work();
}

function save() {
  const words = queue.filter(({ files }) => !files.length).map(({ room, id, body, reply }) => ({ room, id, body, reply }));
  if (words.length) sessionStorage.setItem(key, JSON.stringify(words));
  else sessionStorage.removeItem(key);
}

async function work() {
  clearTimeout(timer);
  if (busy) return;
  busy = true;
  let message;
  while ((message = queue.find(({ state }) => state !== "refused"))) {
    if (!(await attempt(message))) break;
  }
  busy = false;
}

/** Whether the next one may go: refused ones stay, what finds no way is waited for, so that the order stays. */
async function attempt(message) {
  let answer;
  try {
    answer = await fetch(`/chat/${message.room}`, {
      method: "POST",
      body: form(message),
      headers: { "hx-request": "true", "hx-target": "talk" },
      signal: AbortSignal.timeout(message.files.length ? FOR_FILES : PATIENCE),
    });
  } catch {
    return later(message, 0);
  }
  if (!queue.includes(message)) return true;
  if (answer.status === 429 || answer.status >= 500) return later(message, 1000 * Number(answer.headers.get("retry-after") ?? 0));
  const html = await answer.text().catch(() => null);
  if (html === null) return later(message, 0);
  if (answer.ok) {
    drop(message.id);
    tell({ ...message, state: "said" }, piece(html));
  } else refuse(message, html);
  return true;
}

function form({ id, body, reply, files }) {
  const data = new FormData();
  for (const [name, value] of Object.entries({ _csrf_token: token(), id, body, reply_to: reply?.id ?? "" })) data.append(name, value);
  for (const file of files) data.append("files", file, file.name);
  return data;
}

function later(message, wait) {
  message.tries += 1;
  if (message.tries >= TRIES) message.state = "waiting";
  tell(message);
  clearTimeout(timer);
  timer = setTimeout(work, Math.max(wait, Math.min(LONGEST, 500 * 2 ** message.tries)));
  return false;
}

function refuse(message, html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const sentence = page.querySelector("[data-error-sentence], #compose-error span")?.textContent.trim();
  Object.assign(message, { state: "refused", why: sentence ?? "" });
  tell(message);
}

const left = sessionStorage.getItem(key);
if (left) queue.push(...JSON.parse(left).map((each) => ({ ...each, files: [], tries: 0, state: "sending" })));
addEventListener("online", work);
document.addEventListener("visavis:about", ({ detail }) => detail.about.includes("*") && work());
addEventListener("beforeunload", (event) => queue.some(({ files }) => files.length) && event.preventDefault());
