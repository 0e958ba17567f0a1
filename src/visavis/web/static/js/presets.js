// Choosing a preset fills in its fields; what somebody has set otherwise stays (the server decides the same way).
const valuesOf = (input) => JSON.parse(input.closest("label").dataset.values);

function set(form, name, value) {
  const field = form.elements[name];
  if (field) field.value = value; // of an input, or of a group of radio buttons
}

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-presets] input[name=preset]")) return;
  const form = target.form;
  const before = form.querySelector(`input[name=preset][value="${CSS.escape(form.elements.shown_preset.value)}"]`);
  const known = before ? valuesOf(before) : {};
  for (const [name, value] of Object.entries(valuesOf(target))) {
    if (form.elements[name]?.value === known[name]) set(form, name, value);
  }
  form.elements.shown_preset.value = target.value;
});
