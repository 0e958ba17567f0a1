// Runs before the first paint, so that a chosen scheme never flashes the other one, and what scripts will draw has room.
document.documentElement.classList.add("scripts");
try {
  const theme = localStorage.getItem("theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be closed to us; the system's scheme is then right.
}
