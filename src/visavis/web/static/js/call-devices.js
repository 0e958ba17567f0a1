// Camera and microphone: asking for them, choosing among them, what is wrong with them, and how loud the voice is.
const KINDS = { audio: "audioinput", video: "videoinput" };
const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };
const VOICE = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const key = (kind) => `visavis-${kind}-device`;

/** Why a device is not there, as a word of the page: refused, missing, busy or insecure. */
function reason(error) {
  if (error.name === "NotAllowedError" || error.name === "SecurityError") return "refused";
  if (error.name === "NotReadableError" || error.name === "AbortError") return "busy";
  return "missing";
}

export class Devices {
  constructor(changed) {
    this.tracks = { audio: null, video: null };
    this.wrong = {}; // kind: why it is not there
    this.changed = changed;
    navigator.mediaDevices?.addEventListener("devicechange", () => changed());
  }

  /** Ask for both; where one is not to be had, the other alone. */
  async open() {
    if (!navigator.mediaDevices) {
      this.wrong = { audio: "insecure", video: "insecure" };
      return this.changed();
    }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: this.wish("audio"), video: this.wish("video") });
      for (const track of stream.getTracks()) this.take(track);
      this.changed();
    } catch {
      await this.turnOn("audio");
      await this.turnOn("video");
    }
  }

  wish(kind) {
    const id = localStorage.getItem(key(kind));
    return { ...(kind === "video" ? PICTURE : VOICE), ...(id && { deviceId: { ideal: id } }) };
  }

  take(track) {
    const { kind } = track;
    this.tracks[kind]?.stop();
    this.tracks[kind] = track;
    delete this.wrong[kind];
    track.addEventListener("ended", () => {
      if (this.tracks[kind] !== track) return; // it was let go
      this.tracks[kind] = null;
      this.wrong[kind] = "missing";
      this.changed();
    });
  }

  async turnOn(kind) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ [kind]: this.wish(kind) });
      this.take(stream.getTracks()[0]);
    } catch (error) {
      this.wrong[kind] = reason(error);
    }
    this.changed();
  }

  turnOff(kind) {
    const track = this.tracks[kind];
    this.tracks[kind] = null;
    track?.stop();
    this.changed();
  }

  /** A microphone is muted and keeps its place; a camera that is off is really off, its light too. */
  async toggle(kind) {
    const track = this.tracks[kind];
    if (track && kind === "audio") {
      track.enabled = !track.enabled;
      this.changed();
    } else if (track) this.turnOff(kind);
    else if (navigator.mediaDevices) await this.turnOn(kind);
  }

  on(kind) {
    return Boolean(this.tracks[kind]?.enabled);
  }

  async choose(kind, id) {
    localStorage.setItem(key(kind), id);
    if (!this.tracks[kind]) return;
    const { enabled } = this.tracks[kind];
    await this.turnOn(kind);
    if (this.tracks[kind]) this.tracks[kind].enabled = enabled;
  }

  /** [{id, label}] of one kind; names are known once the reader has allowed the devices. */
  async list(kind) {
    const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    return all.filter((each) => each.kind === KINDS[kind] && each.deviceId).map(({ deviceId, label }) => ({ id: deviceId, label }));
  }

  chosen(kind) {
    return this.tracks[kind]?.getSettings().deviceId ?? localStorage.getItem(key(kind)) ?? "";
  }

  close() {
    for (const kind of Object.keys(KINDS)) this.turnOff(kind);
  }
}

/** Show on a <meter> how loud a track is, until the returned function is called. */
export function loudness(track, meter) {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, each) => sum + each * each, 0) / samples.length;
    meter.value = Math.min(1, Math.sqrt(power) * 4);
  }, 80);
  return () => {
    clearInterval(timer);
    meter.value = 0;
    context.close();
  };
}
