// Forms: busy while they work, never sent twice, and what was typed outlives every failure.
import { dirty } from "./keep.js";
import { ask, tell, word } from "./words.js";

const isForm = (element) => element instanceof HTMLFormElement;

function busy(form, submitter) {
  const button = submitter ?? form.querySelector("button:not([type=button])");
  button?.setAttribute("aria-busy", "true");
}

function idle(form) {
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}

/** A sentence about the whole form, or a passing message when the form has no place for one. */
function complain(form, sentence) {
  const place = isForm(form) ? form.querySelector("[data-problem]") : null;
  if (!place) return tell(sentence);
  place.querySelector("span").textContent = sentence;
  place.hidden = false;
  place.focus();
}

document.addEventListener("htmx:confirm", async (event) => {
  const { confirm, confirmWords } = event.detail.elt.dataset;
  if (!confirm) return;
  event.preventDefault();
  if (await ask(confirm, confirmWords)) event.detail.issueRequest(true);
});

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (isForm(detail.elt)) busy(detail.elt, detail.requestConfig.triggeringEvent?.submitter);
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = detail.requestConfig.elt;
  if (!isForm(form)) return;
  idle(form);
  if (detail.successful && detail.xhr.status < 400) delete form.dataset.dirty; // htmx counts a swapped 422 as success
});

// Refusals: a form that comes back is swapped in; an error page only lends its sentence.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { xhr, target, requestConfig } = detail;
  const form = requestConfig.elt;
  if (!isForm(form)) {
    if (xhr.status >= 400) detail.shouldSwap = false;
    return;
  }
  if (xhr.status < 400) {
    takeMain(detail);
    return;
  }
  const answer = new DOMParser().parseFromString(xhr.responseText, "text/html");
  const sentence = answer.querySelector("[data-error-sentence]")?.textContent.trim();
  const again = (xhr.status === 422 || xhr.status === 409) && !sentence && (form.dataset.act === undefined || target.id === "dialog");
  detail.shouldSwap = again;
  chosen = again ? files(form) : new Map();
  if (again) takeMain(detail);
  else if (xhr.status === 401) signInFirst(form);
  else complain(form, sentence || word("failed"));
});

/** Of a whole page only the main part is wanted. */
function takeMain(detail) {
  if (detail.target.id !== "main") return;
  detail.selectOverride = "#main";
  detail.swapOverride = "outerHTML";
}

let chosen = new Map(); // a server cannot give a chosen file back

const fileInputs = (root) => [...root.querySelectorAll("input[type=file]")];
const files = (form) => new Map(fileInputs(form).map((input) => [input.name, input.files]));

function giveBack(root) {
  for (const input of fileInputs(root)) {
    if (!chosen.get(input.name)?.length) continue;
    input.files = chosen.get(input.name);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  chosen.clear();
}

function signInFirst(form) {
  if (dirty(form)) complain(form, word("signedOut"));
  else location.reload();
}

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (!isForm(detail.requestConfig.elt)) return;
  const inside = document.querySelector("dialog[open]") ?? document.getElementById("main");
  giveBack(inside);
  (inside.querySelector("[aria-invalid=true]") ?? inside.querySelector("[data-problem]:not([hidden])") ?? inside.querySelector("[autofocus]") ?? inside.querySelector("h1"))?.focus();
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, ({ detail }) => {
    const form = detail.requestConfig.elt;
    if (isForm(form)) complain(form, word(form.dataset.act === undefined ? "lost" : "lostAct"));
  });
}

// Forms that the browser sends by itself.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.hasAttribute("hx-post") || form.method === "dialog") return;
  if (form.querySelector("[aria-busy]")) event.preventDefault();
  else busy(form, event.submitter);
});
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) for (const form of document.forms) idle(form);
});
addEventListener("beforeunload", (event) => {
  const typed = [...document.querySelectorAll("form[data-form]")].some((form) => dirty(form) && !form.querySelector("[aria-busy]"));
  if (typed) event.preventDefault();
});
