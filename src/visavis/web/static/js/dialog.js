// A link with data-dialog opens its page in the dialog; without scripts it is an ordinary link.
import { dirty } from "./keep.js";
import { ask, tell, word } from "./words.js";

const dialog = document.getElementById("dialog");
const plainClick = (event) => event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
const typed = () => [...dialog.querySelectorAll("form")].some(dirty);

let opening; // the link whose page is on its way

async function open(link) {
  if (link.ariaBusy === "true") return;
  link.ariaBusy = "true";
  opening = link;
  dialog.replaceChildren();
  try {
    // Of two links pressed one after the other the later one is meant (hx-sync of the dialog).
    await window.htmx.ajax("GET", link.href, { source: dialog, target: dialog, swap: "innerHTML" });
  } catch {
    // Nothing came: that is said below.
  }
  link.ariaBusy = null;
  if (opening !== link) return;
  if (!dialog.firstElementChild) {
    tell(word("lost"));
    return;
  }
  link.closest("details.menu")?.removeAttribute("open");
  show();
}

function show() {
  dialog.setAttribute("aria-labelledby", "dialogs-name");
  if (!dialog.open) dialog.showModal();
}

async function close() {
  if (typed() && !(await ask(word("leave"), word("leaveYes")))) return;
  dialog.close();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-dialog]");
  if (link && plainClick(event)) {
    event.preventDefault();
    open(link);
  } else if (event.target.closest("[data-close]") && dialog.contains(event.target)) {
    event.preventDefault();
    close();
  }
});

if (dialog) {
  dialog.addEventListener("click", (event) => event.target === dialog && !typed() && dialog.close());
  // Browsers may skip "cancel" when Escape comes twice, so the key itself is watched too.
  for (const name of ["cancel", "keydown"]) {
    dialog.addEventListener(name, (event) => {
      if ((event.key ?? "Escape") !== "Escape" || !typed()) return;
      event.preventDefault();
      close();
    });
  }
  dialog.addEventListener("close", () => dialog.open || dialog.replaceChildren()); // it may be open again by then
  // A button of the page that is answered with a question. Capturing: it is open before anything in it gets the focus.
  document.addEventListener(
    "htmx:afterSwap",
    ({ detail }) => detail.target === dialog && detail.requestConfig.elt.matches("form") && show(),
    { capture: true },
  );
  // Capturing: the dialog goes first, then everything is read again.
  document.addEventListener("visavis:changed", () => dialog.open && dialog.close(), { capture: true });
}
