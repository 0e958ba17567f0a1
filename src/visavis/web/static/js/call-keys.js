// Alt and a letter does what the button with that letter does; the letter stands on it.
const LETTERS = { m: "audio", v: "video", s: "screen", c: "chat", x: "leave" };

export function listenToKeys(call) {
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    // On some keyboards Alt makes another letter of it: then the place of the key counts.
    const does = LETTERS[event.key.toLowerCase()] ?? LETTERS[event.code.replace("Key", "").toLowerCase()];
    const button = does && [...call.querySelectorAll(`[data-do="${does}"]`)].find((each) => each.checkVisibility());
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}
