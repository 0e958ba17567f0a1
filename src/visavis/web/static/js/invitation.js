// "Not now" puts the invitation aside in this tab; it stays on the homes, under the bell and on its own page.
const key = "visavis-later";
const box = () => document.getElementById("invitation");

function settle() {
  const invited = box()?.querySelector("[data-invited]");
  if (invited?.dataset.invited === sessionStorage.getItem(key)) box().hidden = true;
}

document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-later]")) return;
  sessionStorage.setItem(key, box().querySelector("[data-invited]").dataset.invited);
  settle();
  document.getElementById("main").focus({ preventScroll: true });
});
document.addEventListener("visavis:shown", settle);
