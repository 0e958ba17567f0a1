// A press: from the pointer's going down to the click. What is exchanged in between is never clicked, so what is new waits.
const LONGEST = 5_000; // ms; some releases are never told, as on a scroll bar
const TAP = 100; // ms from a finger's going up to its click; a mouse clicks at once

let going = false;
let timer;
let waiting = [];

function begin() {
  going = true;
  clearTimeout(timer);
  timer = setTimeout(end, LONGEST);
}

function end() {
  clearTimeout(timer);
  going = false;
  for (const each of waiting.splice(0)) each();
}

addEventListener("pointerdown", begin, { capture: true });
for (const name of ["pointerup", "pointercancel"])
  addEventListener(name, ({ pointerType }) => {
    clearTimeout(timer);
    timer = setTimeout(end, pointerType === "mouse" ? 0 : TAP); // after its click
  }, { capture: true });

export const press = {
  going: () => going,
  /** Once nothing is pressed. */
  end: () => new Promise((resolve) => (going ? waiting.push(resolve) : resolve())),
};
