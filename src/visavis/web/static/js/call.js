// The page of a call: from the lobby into it, out of it, and what its buttons do.
import { Devices, loudness } from "./call-devices.js";
import { listenToKeys } from "./call-keys.js";
import { Line, Refused, Unreached } from "./call-line.js";
import { Peer } from "./call-peer.js";
import { watchQuality } from "./call-quality.js";
import * as stage from "./call-stage.js";
import { now } from "./time.js";

const call = document.getElementById("call");
const polite = call.dataset.polite !== undefined;
const FRESH = 2_000; // ms
const hiddenKey = "visavis-call-hidden"; // in this browser, one's internet address is kept from others
const inKey = `visavis-call-${call.dataset.session}`; // this tab is in the call: a reload leads back into it

let peer = null;
let other = null; // the other person's stay
let servers = [];
let served = 0; // when they came
let screen = null; // the track of a shared screen
let stopMeter = () => {};
let metered = null;
let stopQuality = () => {};
let theirs = {};
let lock;

const devices = new Devices(changed);
const line = new Line(call, { heard, refused });
const joined = () => Boolean(line.stay);

// One's own side

function own() {
  return { audio: devices.on("audio"), video: devices.on("video"), screen: Boolean(screen) };
}

function tracks() {
  return { audio: devices.tracks.audio, video: screen ?? devices.tracks.video };
}

/** Something about one's own devices is different: show it, send it, say it. */
function changed() {
  stage.showOwn({ ...own(), tracks: { video: devices.tracks.video, screen } });
  stage.showTrouble(devices.wrong);
  stage.showDevices(devices);
  meter();
  if (!peer) return;
  peer.tracks = tracks();
  peer.give();
  peer.tell(own());
}

function meter() {
  const track = joined() ? null : devices.tracks.audio;
  if (track === metered) return;
  stopMeter();
  metered = track;
  stopMeter = track ? loudness(track, document.getElementById("call-level")) : () => {};
}

async function toggle(kind) {
  await devices.toggle(kind);
  const on = devices.on(kind);
  if (joined()) stage.caption(stage.word(kind === "audio" ? (on ? "heard" : "muted") : on ? "seen" : "dark"));
}

async function share() {
  if (screen) return stopSharing();
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: true });
    [screen] = stream.getVideoTracks();
    screen.contentHint = "detail";
    screen.addEventListener("ended", stopSharing);
    stage.caption(stage.word("shares"));
  } catch (error) {
    if (error.name !== "NotAllowedError") stage.caption(stage.word("noScreen")); // else they thought better of it
  }
  changed();
}

function stopSharing() {
  screen?.stop();
  screen = null;
  stage.caption(stage.word("shared"));
  changed();
}

// The other side

/** What a look at the server brought. */
async function heard({ signals, mine, other: there, ends_at: ends }) {
  stage.showThere(Boolean(there));
  stage.showEnd(ends);
  if (!joined()) return;
  if (mine && mine !== line.stay) return away(stage.word("elsewhere"));
  if (there !== other) await meet(there);
  for (const each of signals) {
    const words = parsed(each.body);
    if (each.stay === other && words?.to === line.stay) await follow(words); // else of a page that is gone
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // no page of ours says such a thing
  }
}

async function follow(words) {
  if (words.again && !polite) return begin(newPair());
  if (polite && words.description?.type === "offer" && words.pair !== peer?.pair) begin(words.pair);
  if (!peer || words.pair !== peer.pair) return;
  const heard = peer;
  try {
    await heard.heard(words);
  } catch (error) {
    if (heard.closed) return;
    console.warn("a description was not taken", error);
    again();
  }
}

/** Whether the other page shall not learn this one's internet address: a relay stands between the two. */
function hidden() {
  return call.dataset.hidden === "always" || Boolean(document.getElementById("call-hidden")?.checked);
}

const newPair = () => crypto.randomUUID?.() ?? String(Math.random());

async function meet(there) {
  const before = other;
  end();
  other = there;
  if (!there) return stage.caption(stage.word(before ? "left" : "waiting"), { big: true });
  stage.caption(stage.word("connecting"), { big: true });
  if (performance.now() - served > FRESH) await fresh(); // those of the way in may have ended, or been fewer
  if (!polite && other === there && joined()) begin(newPair());
}

function begin(pair) {
  end();
  const mine = new Peer({
    pair, polite, servers, hidden: hidden(), tracks: tracks(),
    fresh,
    say: (words) => line.say({ to: other, ...words }),
    on: {
      stream: (stream) => stage.play(stream),
      state: (state) => peer === mine && connection(state),
      notes: (notes) => peer === mine && told(notes),
      stuck: () => peer === mine && again(),
    },
  });
  peer = mine;
  peer.tell(own());
  stopQuality = watchQuality(peer.pc, stage.showQuality);
}

/** Servers whose credentials are new; the ones there are when they cannot be had now. */
async function fresh() {
  served = performance.now();
  return (servers = (await line.servers()) ?? servers);
}

async function again() {
  await fresh();
  if (!other || peer?.state === "connected") return;
  if (polite) {
    line.say({ to: other, again: true });
    if (peer) peer.since = performance.now();
  } else begin(newPair());
}

function end() {
  stopQuality();
  peer?.close();
  peer = null;
  theirs = {};
  line.settled = false;
  stage.showOther({ connected: false });
}

function connection(state) {
  line.settled = state === "connected";
  if (state === "connected") stage.caption(stage.word("connected"), { big: true });
  else if (["disconnected", "failed"].includes(state)) {
    stage.caption(stage.word(navigator.onLine ? "lost" : "offline"), { big: true });
    line.look();
  }
  stage.showOther({ connected: state === "connected" || peer.ever, video: true, audio: true, ...theirs });
}

const NEWS = [["audio", "otherHeard", "otherMuted"], ["video", "otherSeen", "otherDark"], ["screen", "otherShares", "otherShared"]];

function told(notes) {
  for (const [name, yes, no] of NEWS) {
    const before = theirs[name] ?? name !== "screen";
    if (notes[name] !== undefined && notes[name] !== before) stage.caption(stage.word(notes[name] ? yes : no));
  }
  theirs = { ...notes, video: notes.video || notes.screen };
  stage.showOther({ connected: true, ...theirs });
}

// In and out

async function join(button) {
  button?.setAttribute("aria-busy", "true");
  try {
    ({ servers } = await line.join());
    served = performance.now();
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Unreached)) throw error;
    sessionStorage.removeItem(inKey);
    stage.show("lobby");
    stage.say(error.status === 401 ? stage.word("signedOut") : error.message && error.status ? error.message : stage.word("failed"));
    return;
  } finally {
    button?.removeAttribute("aria-busy");
  }
  sessionStorage.setItem(inKey, "in");
  other = null;
  stage.show("stage");
  stage.caption(stage.word("waiting"), { big: true });
  changed();
  await line.look();
  lock = await navigator.wakeLock?.request("screen").catch(() => null);
}

/** Out of the call; why is said where it ends. */
function away(words) {
  line.leave();
  end();
  other = null;
  if (screen) stopSharing();
  sessionStorage.removeItem(inKey);
  lock?.release();
  devices.close();
  stage.show("gone", words);
}

async function refused(error) {
  if (!joined()) return;
  if (error.status === 401) away(stage.word("signedOut"));
  else if (error.type.endsWith("not-in-the-call")) away(stage.word("elsewhere"));
  else if (error.status === 409 || error.status === 404) away(error.message);
}

const doing = {
  audio: () => toggle("audio"),
  video: () => toggle("video"),
  screen: share,
  join,
  leave: () => away(""),
  hear: () => stage.play(document.getElementById("remote").srcObject),
  async again(button) {
    await devices.open();
    await join(button);
  },
};

call.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-do]");
  if (button && button.getAttribute("aria-busy") !== "true") doing[button.dataset.do]?.(button);
});
call.addEventListener("change", ({ target }) => target.dataset.choose && devices.choose(target.dataset.choose, target.value));
addEventListener("pagehide", () => line.leave());
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
addEventListener("offline", () => joined() && stage.caption(stage.word("offline")));
setInterval(() => stage.tick(now()), 1000);
for (const button of call.querySelectorAll("[data-do=screen]")) button.hidden = !navigator.mediaDevices?.getDisplayMedia;
listenToKeys(call);
const hides = document.getElementById("call-hidden");
if (hides) hides.checked = localStorage.getItem(hiddenKey) === "yes";
hides?.addEventListener("change", () => localStorage.setItem(hiddenKey, hides.checked ? "yes" : "no"));
await devices.open();
if (call.dataset.atOnce !== undefined || sessionStorage.getItem(inKey)) await join();
