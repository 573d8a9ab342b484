/* A file that is chosen, or dropped on a text field, is shown in the field before it is sent. */

export function enhanceFiles() {
  document.addEventListener("change", async (event) => {
    const input = event.target;
    if (!input.matches("[data-fills]") || !input.files.length) return;
    await fill(document.getElementById(input.dataset.fills), input.files[0]);
    input.value = ""; // the text counts from here on
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const field = event.target.closest?.("[data-drop]");
      if (!field || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      field.classList.toggle("over", kind === "dragover");
      if (kind === "drop") fill(field, event.dataTransfer.files[0]);
    });
  }
}

async function fill(field, file) {
  field.value = await file.text();
  field.focus();
  field.setSelectionRange(0, 0);
}
