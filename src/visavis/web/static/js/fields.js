// Small helps inside fields: show a password, count characters, preview a file, guess the time zone, copy, print.
import { announce } from "./words.js";

function togglePassword(button) {
  const input = document.getElementById(button.getAttribute("aria-controls"));
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", shown);
}

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  const words = button.querySelector(".ready");
  const before = words.textContent;
  words.textContent = button.dataset.copied;
  announce(button.dataset.copied);
  setTimeout(() => (words.textContent = before), 2000);
}

function count(area) {
  const counter = document.querySelector(`[data-count-of="${area.id}"]`);
  if (!counter) return;
  const left = area.maxLength - area.value.length;
  counter.hidden = left > area.maxLength / 2;
  counter.textContent = `${area.value.length} / ${area.maxLength}`;
}

async function preview(input) {
  const place = input.closest("[data-drop]");
  const [file] = input.files;
  const tooLarge = file && file.size > Number(place.dataset.most);
  input.setCustomValidity(tooLarge ? place.dataset.tooLarge : "");
  if (tooLarge) input.reportValidity();
  if (!file) return;
  place.querySelector("[data-name]").textContent = file.name;
  const sight = place.querySelector(".sight");
  if (!file.type.startsWith("image/") || tooLarge) return;
  const image = new Image();
  image.alt = "";
  image.src = URL.createObjectURL(file);
  await image.decode().then(
    () => sight.replaceChildren(image),
    () => {}, // not a picture after all; the server will say so
  );
  URL.revokeObjectURL(image.src);
}

/** What was said of the file before. A file that is given back to a refused form is a change, but nobody's input. */
function forget(input) {
  input.removeAttribute("aria-invalid");
  input.closest(".field").querySelector(".error")?.remove();
}

function setUp() {
  for (const button of document.querySelectorAll("[data-toggle-password]")) button.hidden = false;
  for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
  for (const select of document.querySelectorAll("select[data-guess-zone]")) {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    delete select.dataset.guessZone;
    if (select.querySelector(`option[value="${CSS.escape(zone)}"]`)) select.value = zone;
  }
}

document.addEventListener("click", ({ target }) => {
  const toggle = target.closest("[data-toggle-password]");
  const copied = target.closest("[data-copy]");
  if (target.closest("[data-print]")) print();
  if (toggle) togglePassword(toggle);
  if (copied) copy(copied);
});
document.addEventListener("input", ({ target }) => target.matches("textarea[maxlength]") && count(target));
document.addEventListener("input", ({ target }) => target.matches("[data-drop] input") && forget(target));
document.addEventListener("change", ({ target }) => target.matches("[data-drop] input") && preview(target));
for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, ({ target }) => target.closest?.("[data-drop]")?.classList.toggle("over", over));
}
document.addEventListener("htmx:afterSwap", setUp);
setUp();
