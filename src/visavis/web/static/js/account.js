// Menus that close when one looks away, and the choice of light or dark.

document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(target) || target.closest(".item")) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// A menu hangs at the right end of its button, which on a phone may stand at the left of the page.
const EDGE = 8; // px that stay free beside it
addEventListener(
  "toggle",
  ({ target }) => {
    const list = target.matches("details.menu[open]") && target.lastElementChild;
    if (!list) return;
    list.style.translate = "";
    const beyond = EDGE - list.getBoundingClientRect().left;
    if (beyond > 0) list.style.translate = `${beyond}px`;
  },
  { capture: true },
);

// On a phone the place where one is may lie beyond the edge of the row of tabs.
for (const here of document.querySelectorAll(".tabs [aria-current]")) {
  const row = here.parentElement;
  row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
}

const root = document.documentElement;
const buttons = document.querySelectorAll("[data-theme-choice]");

function mark() {
  for (const button of buttons) button.setAttribute("aria-pressed", button.dataset.themeChoice === (root.dataset.theme ?? ""));
}

for (const button of buttons) {
  button.addEventListener("click", () => {
    const theme = button.dataset.themeChoice;
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    localStorage.setItem("theme", theme);
    mark();
  });
}
mark();
