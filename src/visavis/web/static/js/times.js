// Choosing a time: one day is open at a time. Without scripts all days are listed and the calendar jumps to them.
import { tell, word } from "./words.js";

const chosenDay = new WeakMap();

function setUp(picker) {
  const links = [...picker.querySelectorAll(".days a")];
  const checked = picker.querySelector("input:checked")?.closest(".day")?.id;
  const ids = links.map((link) => link.hash.slice(1));
  const kept = ids.includes(chosenDay.get(picker)) ? chosenDay.get(picker) : undefined;
  open(picker, checked ?? kept ?? ids.find((id) => id >= picker.dataset.day) ?? ids[0]);
}

function open(picker, id) {
  chosenDay.set(picker, id);
  for (const day of picker.querySelectorAll(".day")) day.hidden = day.id !== id;
  for (const link of picker.querySelectorAll(".days a")) {
    if (link.hash === `#${id}`) link.setAttribute("aria-current", "date");
    else link.removeAttribute("aria-current");
  }
}

const lastChoice = new WeakMap();

function refresh() {
  for (const picker of document.querySelectorAll("[data-times]")) {
    const before = lastChoice.get(picker);
    setUp(picker);
    if (before && !picker.querySelector("input:checked")) {
      lastChoice.delete(picker);
      tell(word("taken"));
    }
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-times] .days a");
  if (!link) return;
  event.preventDefault();
  open(link.closest("[data-times]"), link.hash.slice(1));
});
document.addEventListener("change", ({ target }) => {
  const picker = target.closest?.("[data-times]");
  if (picker) lastChoice.set(picker, target.value);
});
document.addEventListener("visavis:shown", refresh);
document.addEventListener("htmx:afterSwap", refresh);
refresh();
