// Who chooses another offering on a page keeps what was typed there: it waits in this tab until the page is back.
const WORDS = "form.form :is(textarea, input:not([type=hidden], [type=radio], [type=checkbox], [type=file], [type=password]))[name]";
const key = `visavis-draft-${document.body.dataset.account} ${location.pathname}`; // talk.js forgets another account's
const fields = () => [...document.querySelectorAll(`#main ${WORDS}`)].filter((each) => !each.closest("[data-zone-form]"));

document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-keeps-words] a")) return;
  const typed = fields().map(({ name, value }) => [name, value]).filter(([, value]) => value);
  if (typed.length) sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(typed)));
});

const typed = JSON.parse(sessionStorage.getItem(key) ?? "{}");
sessionStorage.removeItem(key);
for (const field of fields()) {
  if (field.value || !Object.hasOwn(typed, field.name)) continue;
  field.value = typed[field.name];
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
