// Three short, soft sounds, made here of a few sine waves: no file to fetch.
import { hold } from "./bell.js";

const NOTES = {
  // [hertz, begins after (s), lasts (s)]
  request: [[659.25, 0, 0.5], [880, 0.14, 0.7]], // a question: upwards
  acceptance: [[523.25, 0, 0.5], [659.25, 0.11, 0.5], [783.99, 0.22, 0.9]], // a chord, opened
  message: [[440, 0, 0.35], [349.23, 0.1, 0.5]], // two knocks on wood
};
const OVERTONE = 0.18;
const LOUDEST = 0.35;
const APART = 1.2; // s between two sounds
const PATIENCE = 150; // ms for a browser to let a page sound; one that does not says nothing at all
const WAKING = 8000; // ms for it to begin, when the reader has touched the page: a busy machine takes its time
const SOUNDS = "visavis-sounds"; // the lock of tabs that may
const TURN = 40; // ms between tabs that are more and less fit to make something heard
const LONG = 10_000; // ms for a tab that may sound to begin, before one that may not says so

let context;
let silence; // the timer after which nothing sounds
let until = 0; // when that is (ms since the epoch)
let waking = 0; // who waits for the browser
let letGo; // of the lock, while it is held

/** Whether the browser lets this page sound; it does once the reader has touched it. */
export async function allowed() {
  context ??= begin();
  const patience = navigator.userActivation?.hasBeenActive ? WAKING : PATIENCE;
  waking += 1;
  await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, patience))]);
  waking -= 1;
  rest(1);
  if (context.state !== "running") return false;
  letGo ??= hold(SOUNDS);
  return true;
}

/** What begins to sound later than anybody waited says so. */
function begin() {
  const made = new AudioContext();
  made.addEventListener("statechange", () => made.state === "running" && document.dispatchEvent(new Event("visavis:awake")));
  return made;
}

addEventListener("pagehide", () => (letGo = letGo?.()));

/** Wait until fitter tabs had their turn: those that may sound come first, then those in front of the reader. */
export async function turn() {
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  if (!(await allowed())) {
    const held = navigator.locks ? (await navigator.locks.query()).held : [];
    await wait(held.some(({ name }) => name === SOUNDS) ? LONG : TURN);
  }
  if (document.hidden) await wait(TURN);
}

/** Play sounds by name, one after the other, `volume` 0 to 100; false when the browser does not let us. */
export async function play(names, volume) {
  if (!(await allowed())) return false;
  names.forEach((name, nth) => {
    for (const note of NOTES[name] ?? []) tone(note, context.currentTime + nth * APART, volume);
  });
  rest(names.length * APART + 1);
  return true;
}

/** A phone should not keep its loudspeaker awake for silence; nobody is cut off, nor somebody who waits for it. */
function rest(seconds) {
  until = Math.max(until, Date.now() + 1000 * seconds);
  clearTimeout(silence);
  silence = setTimeout(() => waking || context.suspend(), until - Date.now());
}

function tone([hertz, after, lasts], begin, volume) {
  const start = begin + after;
  const loud = LOUDEST * (volume / 100) ** 2; // ears count in powers
  for (const [times, share] of [[1, 1], [2, OVERTONE]]) {
    const wave = new OscillatorNode(context, { frequency: hertz * times });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(loud * share, start + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + lasts);
    wave.connect(gain).connect(context.destination);
    wave.start(start);
    wave.stop(start + lasts + 0.05);
  }
}
