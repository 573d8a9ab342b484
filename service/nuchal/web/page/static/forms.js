/* Forms that are marked data-swap send themselves and put the new page in place of the old, so that place and focus are kept. */

const PATIENCE = 150; // ms before progress is shown

export function enhanceForms() {
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!event.target.matches("[data-swap]") || button?.matches("[data-whole]")) return;
    event.preventDefault();
    send(event.target, button, button?.getAttribute("formaction") || event.target.action);
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-auto]")) return;
    const button = document.querySelector("[data-changes]");
    send(event.target.form, null, button.getAttribute("formaction"), "#changes");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches?.("[data-enter]")) return;
    event.preventDefault(); // the field has a button of its own
    document.getElementById(event.target.dataset.enter).click();
  });
  window.addEventListener("popstate", () => location.pathname === shown || location.reload()); // a jump within the page is no other page
}

let latest = 0;
let shown = location.pathname;

/* Send `form`, and take over the whole answer, or of it only what `part` selects. */
async function send(form, button, address, part) {
  const number = ++latest;
  const progress = setTimeout(showProgress, PATIENCE);
  try {
    const url = new URL(address, location.href);
    const response = await fetch(url.pathname, { method: "POST", headers: { Accept: "text/html" }, body: new FormData(form, button) });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (number === latest) part ? takePart(page, part) : takeWhole(page, url, response);
  } catch {
    tell("The service cannot be reached; nothing was evaluated.");
  } finally {
    clearTimeout(progress);
    if (number === latest) document.querySelector("#busy")?.remove();
  }
}

function takePart(page, part) {
  const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
  if (fresh) old.replaceChildren(...fresh.childNodes);
}

function takeWhole(page, url, response) {
  document.title = page.title;
  document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
  document.querySelector("header nav").replaceWith(page.querySelector("header nav"));
  const address = new URL(response.url).pathname + url.hash;
  if (address !== location.pathname + location.hash) history.pushState(null, "", address);
  shown = location.pathname;
  const target = url.hash ? document.querySelector(url.hash) : document.querySelector("main");
  target.tabIndex = -1;
  target.focus({ preventScroll: true });
  url.hash ? target.scrollIntoView({ behavior: "instant" }) : scrollTo({ top: 0, behavior: "instant" });
}

function showProgress() {
  if (document.querySelector("#busy")) return;
  const box = document.createElement("div");
  box.id = "busy";
  box.className = "busy";
  box.role = "status";
  const bar = document.createElement("progress");
  bar.ariaLabel = "Evaluating";
  box.append("Evaluating ", bar);
  document.body.append(box);
}

function tell(text) {
  const notice = document.createElement("p");
  notice.className = "notice bad";
  notice.role = "alert";
  notice.textContent = text;
  document.querySelector("main").prepend(notice);
  notice.scrollIntoView();
}
