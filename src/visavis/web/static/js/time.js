// Relative times that stay true, and links that open and close at their moment. All by the server's clock.

const UNITS = [
  ["year", 31_536_000], ["month", 2_592_000], ["week", 604_800], ["day", 86_400],
  ["hour", 3_600], ["minute", 60], ["second", 1],
];
const ahead = Date.parse(document.documentElement.dataset.now) - Date.now(); // the page's age is lost in the rounding
const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });

/** Now, in ms since the epoch, as the server counts. */
export const now = () => Date.now() + (Number.isNaN(ahead) ? 0 : ahead);

function relative(ms) {
  const seconds = Math.abs(ms) / 1000;
  const [unit, size] = UNITS.find(([, length]) => seconds / length >= 1.2) ?? UNITS.at(-1);
  return words.format(Math.sign(ms) * Math.round(seconds / size), unit);
}

function tick(root = document) {
  for (const time of root.querySelectorAll("time[data-relative]")) {
    const text = relative(Date.parse(time.dateTime) - now());
    if (time.textContent !== text) time.textContent = text;
  }
  for (const link of root.querySelectorAll("[data-enable-from]")) enable(link);
}

function enable(link) {
  const open = now() >= Date.parse(link.dataset.enableFrom) && now() < Date.parse(link.dataset.enableUntil);
  if (open === link.hasAttribute("href")) return;
  if (open) {
    link.setAttribute("href", link.dataset.href);
    link.removeAttribute("aria-disabled");
    link.removeAttribute("title");
  } else {
    link.removeAttribute("href");
    link.setAttribute("aria-disabled", "true");
  }
}

tick();
setInterval(tick, 1000);
document.addEventListener("visavis:shown", () => tick());
document.addEventListener("htmx:afterSwap", () => tick());
