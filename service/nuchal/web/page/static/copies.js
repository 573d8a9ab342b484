/* Buttons that copy a text of the page, or the answer, which is asked for again: as text it would double the page. */

export function enhanceCopies() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy], [data-copy-answer]");
    if (!button) return;
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(await textOf(button));
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not copied; mark the text instead";
    }
    setTimeout(() => (button.textContent = label), 2000);
  });
}

async function textOf(button) {
  if (button.dataset.copy) return document.getElementById(button.dataset.copy).textContent;
  const answer = await fetch("/download", { method: "POST", body: new FormData(document.getElementById("again")) });
  return answer.text();
}
