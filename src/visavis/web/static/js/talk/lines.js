// Messages in their list: each once, in the order of their numbers, with one line for each day.

/** What the server answered, as an element. */
export const piece = (html) => new DOMParser().parseFromString(html, "text/html").body.firstElementChild;

/** Put messages where they belong, those that are there already in the place of their old selves; gives the new ones. */
export function place(list, items) {
  const fresh = [];
  let day;
  for (const item of [...items]) {
    if (item.matches(".day")) day = item;
    if (item.matches(".said")) {
      if (put(list, item, day)) fresh.push(item);
      day = null;
    }
  }
  for (const item of fresh) item.classList.add("arrived");
  return fresh;
}

function put(list, item, day) {
  const old = document.getElementById(item.id);
  if (old && list.contains(old) && old.dataset.number) {
    if (old.querySelector("details[open], form [aria-busy]")) return false; // in use: the next look brings it
    window.Idiomorph.morph(old, item); // what is pressed or focused in it stays itself
    window.htmx.process(old);
    return false;
  }
  old?.remove(); // one's own, on its way until now
  const next = following(list, Number(item.dataset.number));
  list.insertBefore(item, next);
  if (day && !document.getElementById(day.id)) list.insertBefore(day, item);
  window.htmx.process(item);
  return true;
}

/** What stands after that number: what is on its way comes last. */
function following(list, number) {
  const all = [...list.querySelectorAll(":scope > .said")];
  let at = all.length;
  while (at && !(Number(all[at - 1].dataset.number) < number)) at -= 1;
  return all[at] ?? null;
}

/** Older messages above all others; a day that goes on has its line at its beginning. */
export function prepend(list, items) {
  for (const item of [...items]) if (item.matches(".day")) document.getElementById(item.id)?.remove();
  const known = [...items].filter((item) => !item.matches(".said") || !document.getElementById(item.id));
  list.prepend(...known);
  for (const item of known) window.htmx.process(item);
}

/** The last of one's own messages that was read says so. */
export function readUpto(list, seen) {
  const mine = [...list.querySelectorAll(":scope > .mine[data-number]")].filter((each) => Number(each.dataset.number) <= seen);
  const last = mine.at(-1);
  for (const each of list.querySelectorAll(":scope > .is-read")) if (each !== last) each.classList.remove("is-read");
  last?.classList.add("is-read");
}
