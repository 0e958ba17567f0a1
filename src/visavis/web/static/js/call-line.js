// The line of a call to the server: coming, staying, going. What one page says reaches the other once and in order,
// also after a break.
const BEAT = 15_000;
const OFTEN = 2_500; // ms between two looks while the two have not found each other, should a hint be lost
const SELDOM = 15_000;
const LONGEST = 8_000; // ms until something is said again

/** What the server refused: `status`, `type` of the problem and `message` for the reader. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail ?? "");
    this.status = status;
    this.type = problem.type ?? "";
  }
}

/** The server could not be reached: it is tried again. */
export class Unreached extends Error {}

const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Line {
  /** `on`: heard(signal, other, status), refused(error), both called in order and awaited. */
  constructor(root, on) {
    this.address = root.dataset.call;
    this.about = [`call:${root.dataset.session}`, `session:${root.dataset.session}`];
    this.token = root.querySelector("[name=_csrf_token]").value;
    this.on = on;
    this.stay = null;
    this.after = 0;
    this.settled = false; // whether the two have found each other
    this.waiting = [];
    document.addEventListener("visavis:hint", ({ detail }) => {
      if (detail.about.some((token) => this.about.includes(token))) this.look();
    });
    addEventListener("online", () => this.look());
    this.keepLooking();
  }

  async keepLooking() {
    for (;;) {
      await this.look();
      await rest(this.settled ? SELDOM : OFTEN);
    }
  }

  async ask(path, options = {}) {
    const headers = { accept: "application/json" };
    const answer = await fetch(`${this.address}${path}`, { headers, cache: "no-store", ...options }).catch((error) => {
      throw new Unreached(error.message);
    });
    const body = answer.status === 204 ? null : await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refused(answer.status, body ?? {});
    return body;
  }

  form(fields) {
    const data = new FormData();
    for (const [name, value] of Object.entries({ _csrf_token: this.token, ...fields })) data.set(name, value);
    return data;
  }

  post(path, fields = {}) {
    return this.ask(path, { method: "POST", body: this.form(fields) });
  }

  /** Come into the call; the answer of the server. Throws Refused or Unreached. */
  async join() {
    const joined = await this.post("/stays");
    this.stay = joined.stay;
    this.after = joined.latest;
    this.waiting = [];
    clearInterval(this.beats);
    this.beats = setInterval(() => this.beat(), BEAT);
    return joined;
  }

  /** Go; also while the page is being closed. */
  leave() {
    if (!this.stay) return;
    clearInterval(this.beats);
    navigator.sendBeacon(`${this.address}/stays/${this.stay}/end`, this.form({}));
    this.stay = null;
    this.settled = false;
    this.waiting = [];
  }

  async beat() {
    try {
      await this.post(`/stays/${this.stay}/beat`);
    } catch (error) {
      await this.refuse(error);
    }
  }

  /** Fresh helping servers, or null when they cannot be had now. */
  servers() {
    return this.ask("/servers").catch(() => null);
  }

  /** See who is there and what was said; one look at a time, at most one more behind it. */
  async look() {
    this.wanted = true;
    if (this.looking) return;
    this.looking = true;
    try {
      while (this.wanted) {
        this.wanted = false;
        await this.lookOnce();
      }
    } finally {
      this.looking = false;
    }
  }

  async lookOnce() {
    const stay = this.stay;
    try {
      const seen = await this.ask(`/signals?after=${this.after}`);
      if (stay !== this.stay) return; // it was another stay's
      const last = seen.signals.at(-1)?.number;
      await this.on.heard(seen);
      if (last && stay === this.stay) this.after = Math.max(this.after, last);
    } catch (error) {
      await this.refuse(error);
    }
  }

  /** Say `words` (an object) to the other page. */
  say(words) {
    this.waiting.push({ stay: this.stay, body: JSON.stringify(words) });
    this.pump();
  }

  async pump() {
    if (this.pumping) return;
    this.pumping = true;
    for (let pause = 500; this.waiting.length; ) {
      const [first] = this.waiting;
      try {
        if (first.stay === this.stay) await this.post("/signals", first);
        if (this.waiting[0] === first) this.waiting.shift();
        pause = 500;
      } catch (error) {
        const again = !(error instanceof Refused) || error.status >= 500 || error.status === 429;
        if (again) await rest((pause = Math.min(LONGEST, pause * 2)));
        else if (this.waiting[0] === first) this.waiting.shift();
        if (!again) await this.refuse(error);
      }
    }
    this.pumping = false;
  }

  async refuse(error) {
    if (error instanceof Refused) await this.on.refused(error);
    else if (!(error instanceof Unreached)) throw error; // the next look comes by itself
  }
}
