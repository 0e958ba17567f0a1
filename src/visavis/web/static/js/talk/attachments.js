// Files to send with a message: chosen, dropped or pasted; each can be taken back.
const MOST = 5;
const MOST_BYTES = 10 * 1024 * 1024;
const KINDS = /^(image\/(jpeg|png|webp)|application\/pdf)$/;

/** The files of a form; `complain` shows a sentence. */
export function attachments(form, complain) {
  const shown = form.querySelector(".attached");
  const input = form.querySelector("input[type=file]");
  const template = form.querySelector("template[data-attached]");
  let files = [];

  function add(more) {
    const fit = more.filter(({ type, size }) => KINDS.test(type) && size <= MOST_BYTES);
    if (fit.length < more.length) complain(form.dataset.tooLarge);
    else complain(files.length + fit.length > MOST ? form.dataset.tooMany : "");
    files = [...files, ...fit].slice(0, MOST);
    draw();
  }

  function draw() {
    const focused = shown.contains(document.activeElement);
    shown.replaceChildren(...files.map((file) => {
      const item = template.content.firstElementChild.cloneNode(true);
      item.querySelector("span").textContent = file.name;
      item.querySelector("button").addEventListener("click", () => {
        files = files.filter((each) => each !== file);
        draw();
      });
      return item;
    }));
    shown.hidden = !files.length;
    if (focused) form.querySelector("textarea").focus();
  }

  input.addEventListener("change", () => {
    add([...input.files]);
    input.value = "";
  });
  form.addEventListener("paste", ({ clipboardData }) => clipboardData.files.length && add([...clipboardData.files]));
  for (const name of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(name, (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      form.classList.toggle("over", name === "dragover");
      if (name === "drop") add([...event.dataTransfer.files]);
    });
  }
  return {
    all: () => files,
    clear() {
      files = [];
      draw();
    },
  };
}
