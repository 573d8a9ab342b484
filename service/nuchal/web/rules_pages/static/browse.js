// Results while one types and chooses; without scripts the form does the same.

const form = document.getElementById("search");
const PAUSE = 250; // milliseconds without a key before anything is asked
let waiting;
let asked = 0;

async function show() {
  clearTimeout(waiting);
  const turn = ++asked;
  const filled = [...new FormData(form)].filter(([, value]) => value.trim());
  const query = new URLSearchParams(filled).toString();
  const address = query ? `${form.getAttribute("action")}?${query}` : form.getAttribute("action");
  try {
    const response = await fetch(address);
    if (!response.ok) throw new Error(response.status);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (turn !== asked) return; // a later question is on its way
    const results = page.getElementById("results");
    document.getElementById("count").replaceWith(results.querySelector("#count"));
    document.getElementById("results").replaceChildren(document.getElementById("count"), ...results.children);
    history.replaceState(null, "", address);
  } catch {
    form.submit(); // the page that follows says what is wrong
  }
}

form.addEventListener("input", (event) => {
  clearTimeout(waiting);
  waiting = setTimeout(show, event.target.type === "search" ? PAUSE : 0);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  show();
});
