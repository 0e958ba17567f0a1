// Reads one server-sent event stream with fetch, because EventSource hides the status of a refusal.

const SILENCE = 45_000; // the server beats every 20 s
const PATIENCE = 15_000; // until the first event

/** Refused by the server: `status`, and `wait` in ms when it asked for one. */
export class Refused extends Error {
  constructor(answer) {
    super(`the stream was refused: ${answer.status}`);
    this.status = answer.status;
    this.wait = 1000 * Number(answer.headers.get("retry-after") ?? 0);
  }
}

/** Call `on(name, data)` for each event until the stream breaks (rejects) or ends (resolves). `known`: what the page shows. */
export async function read(address, known, stop, on) {
  const broken = new AbortController();
  const { signal } = broken;
  const cut = () => broken.abort();
  stop.addEventListener("abort", cut);
  let watch = setTimeout(cut, PATIENCE);
  try {
    const answer = await fetch(address, { signal, headers: { accept: "text/event-stream", "visavis-known": known }, cache: "no-store" });
    if (!answer.ok) throw new Refused(answer);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      clearTimeout(watch);
      watch = setTimeout(cut, SILENCE);
      const blocks = (rest + value).split(/\r\n\r\n|\n\n/);
      rest = blocks.pop();
      for (const block of blocks) deliver(block, on);
    }
  } finally {
    clearTimeout(watch);
    stop.removeEventListener("abort", cut);
    cut();
  }
}

function deliver(block, on) {
  let name = "message";
  let data = "";
  for (const line of block.split(/\r?\n/)) {
    if (line.startsWith("event:")) name = line.slice(6).trim();
    else if (line.startsWith("data:")) data += line.slice(5).trimStart();
  }
  if (data || name !== "message") on(name, data ? JSON.parse(data) : {});
}
