// Older messages come in by themselves while one reads upwards. The list begins at its end, so nothing jumps.
import { rereadMissed } from "../fragments.js";
import { piece, prepend } from "./lines.js";

const AHEAD = "600px"; // before their place comes into view

/** Read on when the beginning of what is loaded comes near. */
export function history(log, list, at, signal) {
  let busy = false;
  const watch = new IntersectionObserver((seen) => seen.some(({ isIntersecting }) => isIntersecting) && more(), { root: log, rootMargin: AHEAD });

  async function more() {
    const link = log.querySelector("[data-earlier]");
    if (busy || !link) return;
    busy = true;
    const asked = Date.now();
    try {
      const { search } = new URL(link.href);
      const answer = await fetch(`${at}/messages${search}`, { headers: { "hx-request": "true" }, signal });
      if (answer.ok) show(await answer.text(), link, asked);
    } catch {
      // Offline: the link is still there to be pressed.
    } finally {
      busy = false;
    }
  }

  function show(html, link, asked) {
    const part = piece(html);
    const place = link.parentElement;
    log.ariaLive = "off"; // what is old is not news
    prepend(list, part.querySelectorAll("ol > li"));
    rereadMissed(list, asked);
    watch.unobserve(place);
    if (part.dataset.earlier) {
      link.href = `${at}?before=${part.dataset.first}`;
      watch.observe(place); // and is looked at again where it stands now
    } else place.remove();
    requestAnimationFrame(() => (log.ariaLive = null));
  }

  log.addEventListener("click", (event) => {
    if (!event.target.closest("[data-earlier]")) return;
    event.preventDefault();
    event.stopPropagation();
    more();
  }, { signal });
  const place = log.querySelector("[data-earlier]")?.parentElement;
  if (place) watch.observe(place);
  signal.addEventListener("abort", () => watch.disconnect());
}
