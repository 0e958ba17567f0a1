// What the page of a call shows: pictures, words, buttons. It decides nothing.
const call = document.getElementById("call");
const source = document.getElementById("call-words");
const SHOWN = 8000; // ms that a sentence stands on the picture
let passing;
const part = (selector) => call.querySelector(selector);

/** A sentence of the page. */
export const word = (name) => source.dataset[name] ?? "";

/** Show one of the three parts: lobby, stage or gone. */
export function show(state, words = "") {
  call.dataset.state = state;
  for (const section of call.querySelectorAll(":scope > section")) section.hidden = !section.classList.contains(state);
  if (state === "stage") part("#stage-title").focus();
  if (state === "gone") {
    part("[data-gone-words]").textContent = words;
    part("#gone-title").focus();
  }
}

/** Say where things stand; the big words stand on the picture while there is none. */
export function caption(sentence, { big = false } = {}) {
  const line = part(".stage .said");
  line.textContent = sentence;
  line.classList.remove("past");
  clearTimeout(passing);
  passing = setTimeout(() => line.classList.add("past"), SHOWN); // the picture is for looking at
  if (big) part("[data-caption]").textContent = sentence;
}

/** How it is with the other person: {state, video, audio, screen}. */
export function showOther({ connected, audio, video, screen }) {
  part(".stage").classList.toggle("seen", connected && video);
  part(".stage").classList.toggle("screen", connected && screen);
  part(".tags [data-muted]").hidden = !connected || audio;
  if (!connected) part("[data-quality]").hidden = true;
  else part("[data-caption]").textContent = "";
}

export function showQuality(level) {
  const tag = part("[data-quality]");
  tag.hidden = false;
  tag.dataset.quality = level;
}

/** The buttons and one's own pictures say what is on. */
export function showOwn({ audio, video, screen, tracks }) {
  for (const [does, on] of Object.entries({ audio, video, screen })) {
    for (const button of call.querySelectorAll(`[data-do="${does}"]`)) {
      button.classList.toggle("off", !on);
      button.querySelector(".name").textContent = on ? button.dataset.on : button.dataset.off;
    }
  }
  const track = tracks.screen ?? tracks.video;
  for (const id of ["preview", "local"]) {
    const element = document.getElementById(id);
    fill(element, track);
    element.classList.toggle("mirrored", !tracks.screen);
    element.closest(".mirror")?.classList.toggle("seen", Boolean(track));
  }
  part(".stage").classList.toggle("shown", Boolean(track));
}

function fill(element, track) {
  if (element.srcObject?.getTracks()[0] === track) return;
  element.srcObject = track ? new MediaStream([track]) : null;
}

/** The other person's picture and voice; false when the browser keeps it silent until it is touched. */
export async function play(stream) {
  const remote = document.getElementById("remote");
  if (remote.srcObject !== stream) remote.srcObject = stream;
  try {
    await remote.play();
  } catch (error) {
    if (error.name === "NotAllowedError") part("[data-do=hear]").hidden = false;
    return;
  }
  part("[data-do=hear]").hidden = true;
}

/** What is wrong with the devices, in one sentence. */
export function showTrouble(wrong) {
  const both = wrong.audio && wrong.audio === wrong.video;
  const why = wrong.audio ?? wrong.video;
  const kind = wrong.audio ? "Audio" : "Video";
  say(!why ? "" : why === "missing" && !both ? word(`missing${kind}`) : word(why));
}

/** A problem above the button of the lobby; empty takes it away. */
export function say(sentence) {
  const box = document.getElementById("call-trouble");
  if (box.querySelector("p").textContent !== sentence) box.querySelector("p").textContent = sentence;
  box.hidden = !sentence;
}

export async function showDevices(devices) {
  for (const select of call.querySelectorAll("[data-choose]")) {
    const kind = select.dataset.choose;
    const list = await devices.list(kind);
    const options = list.map(({ id, label }, nth) => new Option(label || word("device").replace("0", nth + 1), id, false, id === devices.chosen(kind)));
    select.replaceChildren(...(options.length ? options : [new Option(word("nothing"), "")]));
    select.disabled = options.length < 2;
  }
  part("[data-preview-words]").textContent = devices.tracks.video || devices.wrong.video ? word("dark") : word("asking");
}

export function showThere(there) {
  part("[data-there]").textContent = word(there ? "here" : "away");
  part("[data-there]").classList.toggle("here", there);
}

/** When it ends is known once it was agreed on: what is instant begins without. */
export function showEnd(ends) {
  if (!ends || Date.parse(ends) === Date.parse(call.dataset.ends)) return;
  call.dataset.ends = ends;
  part(".left time").dateTime = ends;
  part(".tags .left").hidden = false;
}

/** After the session's time: it is over, and the room stays open for a while. */
export function tick(now) {
  const ends = Date.parse(call.dataset.ends ?? "");
  if (Number.isNaN(ends)) return;
  const over = now >= ends;
  part(".tags [data-left]").hidden = over;
  part("[data-over]").hidden = !over;
  part(".left b").hidden = over;
}
