"""What every page of a journey keeps of its calls, before any script of its own.

In every page, for what is done to one alone ends with its profile, and the next person needs a new one.
"""

# Every connection that the page makes. When the button was pressed, and when the other one's picture first
# moved: on the clock of the pages, whatever the test was doing meanwhile.
CALLS = """
window.__calls = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(given) {
    super(given);
    window.__calls.push(this);
  }
};
document.addEventListener("click", ({ target }) => {
  if (target.closest("button")?.innerText.includes("join now")) sessionStorage.setItem("pressed", Date.now());
}, true);
document.addEventListener("playing", ({ target }) => {
  if (target.id !== "remote") return;
  let frames = 0;
  const frame = () => {
    frames += 1;
    if (frames > 1) window.moved ??= Date.now();
    else target.requestVideoFrameCallback(frame);
  };
  target.requestVideoFrameCallback(frame);
}, true);
"""
