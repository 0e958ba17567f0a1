// What is new makes itself heard once, however many tabs are open: by a sound, and outside the page while no page of
// ours is in front of the reader. The server has said of each how loud it is.
import { alone, anyVisible, heard, mark, marked, setHeard } from "./bell.js";
import { allowed, play, turn } from "./sounds.js";
import { tell as say, word } from "./words.js";

const address = document.getElementById("bell").dataset.news;
const MARK = `visavis-heard-${document.body.dataset.account}-`;
const MOST = 3; // notifications outside the page at once
const TOUCHES = ["pointerdown", "keydown"];

/** Make heard what came up to the number `latest`, unless another tab does. The fittest tab is the quickest. */
export async function tell(latest) {
  await turn();
  await alone(async () => {
    const after = Math.max(heard(), ...(await marked()).map((name) => Number(name.split(MARK)[1] ?? 0)));
    if (latest <= after) return;
    const news = await fetched(after);
    if (!news) return; // the next look at the bell comes back to it
    const upto = Math.max(latest, ...news.map(({ number }) => number));
    setHeard(upto);
    await mark(MARK + upto);
    await sound(news);
    if (!(await anyVisible())) show(news);
    else invite(news);
  });
}

async function fetched(after) {
  try {
    const answer = await fetch(`${address}?after=${after}`, { headers: { accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null; // offline: the connection says so
  }
}

async function sound(news) {
  const sounds = new Set(news.map((each) => each.sound).filter((each) => each !== "none"));
  if (!sounds.size) return;
  const { volume } = document.getElementById("bell").dataset;
  if (!(await play([...sounds], Number(volume)))) offerSound();
}

/** Browsers keep a page silent until the reader has touched it: say so, with a button. */
export async function offerSound() {
  const silent = !(await allowed());
  document.getElementById("enable-sound").hidden = !silent;
  for (const touch of TOUCHES) (silent ? addEventListener : removeEventListener)(touch, offerSound, true);
}

document.addEventListener("visavis:awake", () => document.getElementById("enable-sound").hidden || offerSound());

/** Somebody waits in a room: that is said in front of the reader, too, with the way in, unless they are in it. */
function invite(news) {
  const waiting = news.filter(({ href }) => href.endsWith("/room") && href !== location.pathname).at(-1);
  if (waiting) say(waiting.sentence, { href: waiting.href, words: word("join") });
}

function show(news) {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  for (const each of news.filter(({ shown }) => shown).slice(-MOST)) {
    const { number, sentence, about, href } = each;
    try {
      const shown = new Notification(sentence, { body: about, tag: `visavis-${number}`, icon: icon() });
      shown.addEventListener("click", () => {
        window.focus();
        location.assign(href);
        shown.close();
      });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // phones show them only through an installed app
    }
  }
}

const icon = () => document.querySelector("link[rel=icon]").href;
