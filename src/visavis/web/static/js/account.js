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
