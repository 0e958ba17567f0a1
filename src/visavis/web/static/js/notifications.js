// The centre and the choices: what was looked at is read; the browser's permission is asked for by a button only.
const SEEN_AFTER = 1000; // ms in front of the reader
const laterKey = "visavis-permission-later";
let seen = 0;
let timer;

/** Say which of the shown ones were seen, once they have been in front of the reader for a moment. */
function watch() {
  clearTimeout(timer);
  const list = document.querySelector("[data-happened]");
  if (list && !document.hidden) timer = setTimeout(markSeen, SEEN_AFTER, list);
}

/** Its hint brings the bell up to date, here as in every other tab; what found no way is said again at the next look. */
async function markSeen(list) {
  const numbers = [...list.querySelectorAll("[data-unread]")].map((each) => Number(each.dataset.unread));
  const last = Math.max(0, ...numbers);
  if (last <= seen) return;
  const before = seen;
  seen = last;
  const body = new URLSearchParams({ first: Math.min(...numbers), last, _csrf_token: token() });
  const answer = await fetch("/notifications/read", { method: "POST", body, headers: { "hx-request": "true" }, keepalive: true }).catch(() => null);
  if (!answer?.ok) seen = before;
}

const token = () => document.querySelector("[name=_csrf_token]").value;

function permission() {
  const asked = document.querySelectorAll("[data-permission]");
  const state = document.querySelector("[data-permission-state]");
  if (!asked.length && !state) return; // to ask the browser holds up the page
  const known = "Notification" in window ? Notification.permission : "none";
  for (const each of asked) {
    const later = each.matches(".notice") && localStorage.getItem(laterKey);
    each.hidden = known !== "default" || Boolean(later);
  }
  if (!state) return;
  state.hidden = !(known in state.dataset);
  state.textContent = state.dataset[known] ?? "";
}

document.addEventListener("click", async ({ target }) => {
  const sound = target.closest("[data-sound]");
  if (target.closest("[data-permit]")) await Notification.requestPermission();
  if (target.closest("[data-not-now]")) localStorage.setItem(laterKey, "yes");
  if (target.closest("[data-permit], [data-not-now]")) permission();
  if (sound) (await import("./sounds.js")).play([sound.dataset.sound], Number(document.getElementById("volume").value));
});

function setUp() {
  for (const buttons of document.querySelectorAll("[data-listen]")) buttons.hidden = false;
  permission();
  watch();
}

document.addEventListener("visavis:shown", ({ detail }) => {
  const all = document.querySelector("[data-mark-all]");
  if (all && detail.element === "bell") all.hidden = !Number(document.getElementById("bell").dataset.unread);
  if (detail.element === "notifications") watch();
});
document.addEventListener("visibilitychange", watch);
document.addEventListener("htmx:afterSwap", setUp);
setUp();
