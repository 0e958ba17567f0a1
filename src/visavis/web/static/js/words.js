// Sentences come from the page (translated there); spoken and shown ones end up in the polite region.

const source = document.getElementById("words");

/** A sentence of the page by its data attribute. */
export const word = (name) => source?.dataset[name] ?? "";

/** Say something to screen readers only. */
export function announce(sentence) {
  const region = document.getElementById("announcements");
  if (!region || !sentence) return;
  const line = document.createElement("p");
  line.textContent = sentence;
  region.append(line);
  setTimeout(() => line.remove(), 5000);
}

/** Show a passing message, perhaps with a `link` {href, words}; until dismissed, or for 8 s (with a link a minute). */
export function tell(sentence, link) {
  const template = document.getElementById("message");
  const message = template.content.firstElementChild.cloneNode(true);
  message.querySelector("p").textContent = sentence;
  message.querySelector("button").addEventListener("click", () => message.remove());
  if (link) message.querySelector("p").append(" ", Object.assign(document.createElement("a"), { href: link.href, textContent: link.words }));
  document.getElementById("messages").append(message);
  setTimeout(() => message.remove(), link ? 60_000 : 8000);
}

/** Ask yes or no in the confirm dialog; resolves to true or false. */
export function ask(sentence, yes) {
  const box = document.getElementById("confirm");
  box.querySelector("p").textContent = sentence;
  const button = box.querySelector("[value=yes] .ready");
  button.textContent = yes;
  box.returnValue = "";
  box.showModal();
  return new Promise((resolve) => {
    box.addEventListener("close", () => resolve(box.returnValue === "yes"), { once: true });
  });
}
