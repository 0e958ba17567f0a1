// One connection between two pages. Who is impolite (the practitioner's page) offers; whoever loses the way asks for a
// new one; when both ask at once, the polite one gives way ("perfect negotiation").
const GATHER = 40; // ms in which candidates are said together
const PATIENCE = 3_000; // ms without a sign until another way is looked for
const AGAIN = 9_000; // ms between two attempts
const STUCK = 20_000; // ms without an answer until everything begins anew
const RENEW = 10 * 60_000; // ms until a relay is asked again, with new credentials, before the old ones end

export class Peer {
  /**
   * `pair` names this connection to both; `tracks` {audio, video}; `say(words)`; `fresh()` for fresh servers;
   * `hidden`: through a relay or not at all; `on`: stream(stream), state(name), notes(object), stuck().
   */
  constructor({ pair, polite, servers, fresh, hidden, tracks, say, on }) {
    Object.assign(this, { pair, polite, fresh, hidden, tracks, on });
    this.say = (words) => say({ pair, ...words });
    this.met = !polite;
    this.candidates = [];
    this.stream = new MediaStream();
    this.pc = new RTCPeerConnection(this.ways(servers));
    this.renewed = performance.now();
    this.notes = this.pc.createDataChannel("notes", { negotiated: true, id: 0 });
    this.listen();
    if (!polite) for (const kind of ["audio", "video"]) this.pc.addTransceiver(kind, { direction: "sendrecv" });
    this.give();
    this.since = performance.now();
    this.watch = setInterval(() => this.look(), 1000);
  }

  ways(iceServers) {
    return { iceServers, bundlePolicy: "max-bundle", iceTransportPolicy: this.hidden ? "relay" : "all" };
  }

  listen() {
    const { pc, notes } = this;
    pc.addEventListener("negotiationneeded", () => this.offer());
    pc.addEventListener("icecandidate", ({ candidate }) => candidate && this.gathered(candidate));
    pc.addEventListener("track", ({ track }) => {
      this.stream.addTrack(track);
      this.on.stream(this.stream);
    });
    pc.addEventListener("connectionstatechange", () => this.changed());
    notes.addEventListener("open", () => this.tell(this.last ?? {}));
    notes.addEventListener("message", ({ data }) => this.on.notes(JSON.parse(data)));
  }

  get state() {
    return this.pc.connectionState;
  }

  changed() {
    this.since = performance.now();
    if (this.state === "connected") this.ever = true;
    this.on.state(this.state);
  }

  /** Send what is in `tracks` now. */
  give() {
    for (const { sender, receiver } of this.pc.getTransceivers()) sender.replaceTrack(this.tracks[receiver.track.kind] ?? null);
  }

  /** Tell the other page something about this one; the last word is said again when the line opens. */
  tell(words) {
    this.last = { ...this.last, ...words };
    if (this.notes.readyState === "open") this.notes.send(JSON.stringify(this.last));
  }

  async offer() {
    if (!this.met || this.closed) return; // the polite one is asked first
    try {
      this.making = true;
      await this.pc.setLocalDescription();
      this.say({ description: this.pc.localDescription });
    } catch (error) {
      if (!this.closed) throw error;
    } finally {
      this.making = false;
    }
  }

  gathered(candidate) {
    this.candidates.push(candidate.toJSON());
    this.gathering ??= setTimeout(() => {
      this.gathering = null;
      if (!this.closed) this.say({ candidates: this.candidates.splice(0) });
    }, GATHER);
  }

  /** What the other page said; called one after the other. */
  async heard({ description, candidates = [] }) {
    if (description) await this.described(description);
    for (const candidate of candidates) {
      try {
        await this.pc.addIceCandidate(candidate);
      } catch (error) {
        if (!this.ignoring && !this.closed) console.warn("a candidate was not taken", error);
      }
    }
  }

  async described(description) {
    const { pc } = this;
    const offered = description.type === "offer";
    this.ignoring = offered && !this.polite && (this.making || pc.signalingState !== "stable");
    const saidTwice = !offered && pc.signalingState !== "have-local-offer";
    if (this.ignoring || saidTwice) return;
    await pc.setRemoteDescription(description);
    this.met = true;
    if (!offered) return;
    for (const transceiver of pc.getTransceivers()) transceiver.direction = "sendrecv";
    this.give();
    await pc.setLocalDescription();
    this.say({ description: pc.localDescription });
  }

  /** Once a second: whether another way has to be looked for. */
  look() {
    if (this.state === "connected") {
      if (performance.now() - this.renewed > RENEW) this.renew();
      return;
    }
    const silent = performance.now() - this.since;
    if (silent > STUCK) {
      this.since = performance.now();
      this.on.stuck();
    } else if (this.ever && silent > PATIENCE && !(performance.now() - this.asked < AGAIN)) this.restart();
  }

  /** Look for another way between the two, with fresh servers; the present one serves until it is found. */
  async restart() {
    this.asked = performance.now();
    await this.refresh();
    if (!this.closed) this.pc.restartIce();
  }

  /** A relay would let go of this page when its credentials end; a direct way needs none. */
  async renew() {
    await this.refresh();
    if (!this.closed && (await this.relayed())) this.pc.restartIce();
  }

  async refresh() {
    this.renewed = performance.now();
    const servers = await this.fresh();
    if (servers && !this.closed) this.pc.setConfiguration(this.ways(servers));
  }

  /** Whether the way in use goes through this page's relay. */
  async relayed() {
    const all = [...(await this.pc.getStats()).values()];
    const { selectedCandidatePairId } = all.find(({ type }) => type === "transport") ?? {};
    const pair = all.find(({ id }) => id === selectedCandidatePairId) ?? all.find(({ nominated }) => nominated);
    return all.find(({ id }) => id === pair?.localCandidateId)?.candidateType === "relay";
  }

  close() {
    this.closed = true;
    clearInterval(this.watch);
    clearTimeout(this.gathering);
    this.pc.close();
  }
}
