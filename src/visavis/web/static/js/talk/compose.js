// The field: Enter sends, what is typed is kept, files can be chosen, dropped and pasted, and the other one sees that one writes.
import { attachments } from "./attachments.js";
import { drop, newId, post, resume, retry, send, unsentIn, watch } from "./sending.js";

const EVERY = 3000; // ms between two signs of writing
const account = document.body.dataset.account;
const fingers = matchMedia("(pointer: coarse)"); // there Enter is a new line

/** Let the field of a room live. */
export function compose(room, { show, load, refresh, signal }) {
  const form = room.querySelector("form[data-compose]");
  const list = room.querySelector(".log ol");
  const { room: id } = room.dataset;
  const draftKey = `visavis-draft-${account}-${id}`;

  function draw(message) {
    let item = document.getElementById(`said-${message.id}`);
    if (!item) {
      item = room.querySelector("template[data-pending]").content.firstElementChild.cloneNode(true);
      item.id = `said-${message.id}`;
      const words = item.querySelector(".words");
      words.textContent = message.body;
      words.hidden = !message.body;
      const files = item.querySelector(".papers");
      for (const file of message.files) files.append(Object.assign(document.createElement("li"), { textContent: file.name }));
      files.hidden = !message.files.length;
      list.append(item);
    }
    const unsent = message.state === "waiting" || message.state === "refused";
    item.classList.toggle("is-unsent", unsent);
    if (message.why) item.querySelector("[data-why]").textContent = `${item.querySelector("[data-why]").textContent.split(":")[0]}: ${message.why}`;
  }

  watch((message, answer) => {
    if (message.room !== id) return;
    if (!answer) return draw(message);
    show(answer);
    refresh();
  }, signal);
  list.addEventListener("click", ({ target }) => {
    const item = target.closest(".pending");
    const message = item?.id.replace("said-", "");
    if (target.closest("[data-again]")) retry(message);
    if (target.closest("[data-drop]")) {
      drop(message);
      item.remove();
      form?.querySelector("textarea").focus();
    }
  }, { signal });
  unsentIn(id).forEach(draw);
  resume();
  if (!form) return;

  const field = form.querySelector("textarea");
  const answering = form.querySelector(".answering");
  const files = attachments(form, complain);
  let reply = form.elements.reply_to.value ? { id: form.elements.reply_to.value } : null;
  let signed = 0;

  function complain(sentence) {
    const problem = form.querySelector("[data-problem]");
    problem.querySelector("span").textContent = sentence;
    problem.hidden = !sentence;
  }

  function answer(said) {
    reply = said && { id: said.id.replace("said-", "") };
    form.elements.reply_to.value = reply?.id ?? "";
    answering.hidden = !said;
    if (said) answering.querySelector("[data-answered]").textContent = said.querySelector(".words, .papers, .pictures")?.textContent.trim().slice(0, 140) ?? "";
    field.focus();
  }

  function fit() {
    if (CSS.supports("field-sizing", "content")) return;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  }

  function sign() {
    if (!field.value.trim() || Date.now() - signed < EVERY) return;
    signed = Date.now();
    post(`/chat/${id}/writing`, {}).catch(() => {}); // a sign only: the next one will do
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation(); // this form is not the browser's to send
    const body = field.value.trim();
    complain("");
    if (!body && !files.all().length) return field.focus();
    send({ room: id, id: newId(), body, reply, files: files.all() });
    field.value = "";
    files.clear();
    sessionStorage.removeItem(draftKey);
    signed = 0;
    answer(null);
    fit();
    room.querySelector(".log").scrollTop = 0;
    if (room.dataset.detached !== undefined) load(`/chat/${id}`);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || fingers.matches) return;
    event.preventDefault();
    form.requestSubmit();
  });
  field.addEventListener("input", () => {
    if (field.value) sessionStorage.setItem(draftKey, field.value);
    else sessionStorage.removeItem(draftKey);
    fit();
    sign();
  });
  form.addEventListener("click", (event) => {
    if (!event.target.closest("[data-no-reply]")) return;
    event.preventDefault();
    event.stopPropagation();
    answer(null);
  });
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-reply]");
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    link.closest("details").open = false;
    answer(link.closest(".said"));
  }, { signal });
  field.value ||= sessionStorage.getItem(draftKey) ?? "";
  fit();
}
