/* Jumps: to a resource inside something folded, to a line of a text field; and unfolding of trees. */

export function enhancePlaces() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (link?.dataset.line) return jumpToLine(event, link);
    if (link) open(link.getAttribute("href"));
    const unfolding = event.target.closest?.("[data-unfold]");
    if (unfolding) unfold(unfolding);
  });
  window.addEventListener("hashchange", () => open(location.hash));
  open(location.hash);
}

function open(hash) {
  const target = hash.length > 1 && document.getElementById(hash.slice(1));
  for (let element = target; element; element = element.parentElement) {
    if (element.tagName === "DETAILS") element.open = true;
  }
}

function jumpToLine(event, link) {
  event.preventDefault();
  const field = document.getElementById("body");
  const lines = field.value.split("\n");
  const line = Math.min(Number(link.dataset.line), lines.length);
  const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  field.focus();
  field.setSelectionRange(start, start + lines[line - 1].length);
  field.scrollTop = ((line - 5) * field.scrollHeight) / lines.length;
}

function unfold(button) {
  const folds = [...document.getElementById(button.dataset.unfold).querySelectorAll("details")];
  const opening = folds.some((fold) => !fold.open);
  for (const fold of folds) fold.open = opening;
  button.textContent = opening ? "Fold all" : "Unfold all";
}
