// Runs before the first paint, so that a chosen scheme never flashes the other one.
try {
  const theme = localStorage.getItem("theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be closed to us; the system's scheme is then right.
}
