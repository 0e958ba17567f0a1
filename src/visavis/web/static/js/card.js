// Paying by card. The card goes from the provider's field straight to the provider; we hand over what lets this
// browser pay our amount, and ask what became of it.
import { rereadAbout } from "./fragments.js";

const AGAIN = [2_000, 5_000, 10_000, 20_000, 40_000]; // ms after a try at which we look, should a hint be lost
const form = document.getElementById("card-form");

if (form) begin();

function begin() {
  const field = document.getElementById("card-field");
  const button = form.querySelector("[type=submit]");
  const trouble = document.getElementById("card-trouble");
  const words = document.getElementById("card-words").dataset;
  let stripe;
  let card;

  const kept = () => form.querySelector("[name=card]:checked")?.value ?? "";

  function say(sentence) {
    trouble.hidden = !sentence;
    trouble.querySelector("span").textContent = sentence;
    if (sentence) button.querySelector(".ready").textContent = button.querySelector(".ready").dataset.again;
  }

  function busy(now) {
    button.disabled = now;
    button.toggleAttribute("aria-busy", now);
    if (now) button.setAttribute("aria-busy", "true");
  }

  /** What the bank or the provider says, in our words where we have some. */
  function why(error) {
    if (error.type === "validation_error" && error.message) return error.message; // of the field, in the reader's language
    return words[error.decline_code] ?? words[error.code] ?? (error.type === "card_error" ? words.card_declined : words.other);
  }

  async function ask(path) {
    const data = new FormData(form);
    if (kept()) data.delete("keep");
    const headers = { accept: "application/json" };
    const answer = await fetch(form.dataset.address + path, { method: "POST", headers, body: data }).catch(() => null);
    if (!answer) throw new Error(words.unreached);
    const body = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(body.detail ?? words.other);
    return body;
  }

  /** Whatever the provider's word may do: we ask for the truth at once, and again while it is not there. */
  function follow() {
    const about = document.getElementById("card-state").dataset.live.split(" ");
    ask("/look").catch(() => {});
    for (const wait of AGAIN) {
      setTimeout(() => {
        if (document.getElementById("card-state").dataset.state === "open") rereadAbout(about);
      }, wait);
    }
  }

  async function pay() {
    say("");
    busy(true);
    try {
      const { secret, method } = await ask("/attempt");
      if (secret) {
        const result = await stripe.confirmCardPayment(secret, { payment_method: method ?? { card } });
        if (result.error && result.error.code !== "payment_intent_unexpected_state") {
          ask("/look").catch(() => {}); // so that the session knows of the failure, too
          say(why(result.error));
          return;
        }
      }
      form.hidden = true;
      document.getElementById("card-waiting").hidden = false;
      follow();
    } catch (error) {
      say(error.message || words.other);
      rereadAbout(document.getElementById("card-state").dataset.live.split(" "));
    } finally {
      busy(false);
    }
  }

  function choose() {
    form.toggleAttribute("data-kept", Boolean(kept()));
  }

  function mount() {
    const look = getComputedStyle(field);
    const base = { color: look.color, fontFamily: look.fontFamily, fontSize: "16px", "::placeholder": { color: look.color } };
    stripe = window.Stripe(form.dataset.key, { locale: document.documentElement.lang });
    card = stripe.elements().create("card", { hidePostalCode: true, style: { base, invalid: { color: look.color } } });
    card.mount(field);
    card.on("change", (event) => say(event?.error?.message ?? ""));
    button.disabled = false;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!button.disabled) pay();
  });
  form.addEventListener("change", choose);
  document.addEventListener("htmx:afterSwap", choose);
  button.disabled = true; // until there is a field to type into

  const script = document.createElement("script");
  script.src = form.dataset.script;
  script.addEventListener("load", mount);
  script.addEventListener("error", () => say(words.unloaded));
  document.head.append(script);
  form.hidden = false;
  if (form.dataset.begun !== undefined) ask("/look").catch(() => {}); // back again: do not wait for anybody's word
}
