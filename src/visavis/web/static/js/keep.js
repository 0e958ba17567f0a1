// What a live change must never touch: words being typed, menus and dialogs that stand open.

const TYPING = "input:not([type=submit], [type=button]), textarea, select";

/** Whether somebody has typed into the form and not sent it. */
export const dirty = (form) => form.dataset.dirty !== undefined;

/** Whether morphing must leave the form as it is. */
function held(form) {
  return dirty(form) || (form.contains(document.activeElement) && document.activeElement.matches(TYPING));
}

function holds(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return false;
  return [node, ...node.querySelectorAll("form")].some((each) => each.matches("form") && held(each));
}

Object.assign(window.Idiomorph.defaults.callbacks, {
  beforeNodeMorphed(old) {
    if (old.nodeType !== Node.ELEMENT_NODE) return true;
    if (old.matches("form")) return !held(old);
    return !(old.matches(TYPING) && old.form && dirty(old.form));
  },
  beforeNodeRemoved: (node) => !holds(node),
  beforeAttributeUpdated: (name, node) => !(name === "open" && node.matches("details, dialog")),
});

document.addEventListener("input", ({ target }) => {
  if (target.form && target.form.method !== "dialog") target.form.dataset.dirty = "";
});
document.addEventListener("reset", ({ target }) => delete target.dataset.dirty);
