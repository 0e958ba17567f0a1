// A message makes itself heard once, however many tabs are open, and not where its room is in view: by a sound, and outside
// the page while no page of ours is in front of the reader. The server has said how loud it is.
import { alone, anyVisible, goesOn, mark, marked } from "../bell.js";
import { play, turn } from "../sounds.js";
import { offerSound } from "../news.js";

const account = document.body.dataset.account;
const key = `visavis-told-${account}`;

/** Make heard what came, unless another tab does. What a page finds on its arrival is heard when it follows another one. */
export async function listen(onArrival) {
  const silently = onArrival && !(await goesOn);
  if (!fresh(await fetched()).length) return;
  await turn();
  await alone(() => tell(silently));
}

async function tell(silently) {
  const made = new Set(await marked()); // another tab may have been quicker
  const news = fresh(await fetched()).filter((each) => !made.has(markOf(each)));
  if (!news.length) return;
  await Promise.all(news.map((each) => mark(markOf(each))));
  const after = told();
  for (const { room, number } of news) after[room] = number;
  localStorage.setItem(key, JSON.stringify(after));
  const inView = await roomsInView();
  const loud = news.filter(({ room }) => !silently && !inView.has(room));
  if (!loud.length) return;
  await sound(loud);
  if (!(await anyVisible())) loud.filter(({ shown }) => shown).forEach(show);
}

const markOf = ({ room, number }) => `${key}-${room}-${number}`;

/** The number up to which this browser has made each room heard. */
const told = () => JSON.parse(localStorage.getItem(key) ?? "{}");

function fresh(news) {
  const before = told();
  return news.filter(({ room, number }) => number > (before[room] ?? 0));
}

async function fetched() {
  try {
    const answer = await fetch(document.getElementById("talks").dataset.news, { headers: { accept: "application/json" } });
    return answer.ok ? await answer.json() : [];
  } catch {
    return []; // offline: the connection says so
  }
}

async function roomsInView() {
  if (!navigator.locks) return new Set([...document.querySelectorAll("[data-room]")].filter(() => !document.hidden).map((each) => each.dataset.room));
  const { held } = await navigator.locks.query();
  return new Set(held.map(({ name }) => name.match(/^visavis-room-(.*)/)?.[1]));
}

async function sound(news) {
  if (news.every((each) => each.sound === "none")) return;
  const { volume } = document.getElementById("bell").dataset;
  if (!(await play(["message"], Number(volume)))) offerSound();
}

function show({ room, sentence, href }) {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  try {
    const icon = document.querySelector("link[rel=icon]").href;
    const shown = new Notification(sentence, { tag: `visavis-${room}`, icon });
    shown.addEventListener("click", () => {
      window.focus();
      location.assign(href);
      shown.close();
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // phones show them only through an installed app
  }
}
