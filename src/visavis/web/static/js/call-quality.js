// How good the connection is, in three words, from what the browser counts: the way's length, and what gets lost on it.
const EVERY = 2_000;

/** Tell `say` "good", "fair" or "poor" every two seconds; call what is returned to stop. */
export function watchQuality(pc, say) {
  let before = null;
  const timer = setInterval(async () => {
    if (pc.connectionState !== "connected") return;
    const now = counted(await pc.getStats());
    if (before) say(judge(now, before));
    before = now;
  }, EVERY);
  return () => clearInterval(timer);
}

function counted(report) {
  const sum = { lost: 0, received: 0, roundTrip: 0 };
  for (const each of report.values()) {
    if (each.type === "inbound-rtp") {
      sum.lost += each.packetsLost ?? 0;
      sum.received += each.packetsReceived ?? 0;
    } else if (each.type === "candidate-pair" && each.nominated && each.state === "succeeded") sum.roundTrip = each.currentRoundTripTime ?? 0;
  }
  return sum;
}

function judge(now, before) {
  const lost = Math.max(0, now.lost - before.lost);
  const share = lost / Math.max(1, lost + now.received - before.received);
  if (share > 0.08 || now.roundTrip > 0.6) return "poor";
  return share > 0.02 || now.roundTrip > 0.3 ? "fair" : "good";
}
