// The command palette: one address, /search/?q=, answers with links; commands are the page's own.

const box = document.getElementById("palette");
const field = box?.querySelector("input");
const found = box?.querySelector(".found");
let at = -1;
let turn = 0;
let wait = 0;

export function openPalette() {
  if (!box || box.open) return;
  box.showModal();
  field.value = "";
  list(commands(""));
  field.focus();
}

function commands(text) {
  const seen = new Set();
  const links = [...document.querySelectorAll(".side a.nav, [data-command], .page-head a.btn")];
  return links.filter((link) => {
    const name = link.textContent.trim();
    if (!name.toLowerCase().includes(text.toLowerCase()) || seen.has(name)) return false;
    seen.add(name);
    return true;
  }).map((link) => {
    const copy = document.createElement("a");
    copy.href = link.href;
    copy.textContent = link.querySelector("span")?.textContent.trim() || link.textContent.trim();
    if (link.dataset.dialog !== undefined) copy.dataset.dialog = "";
    return copy;
  });
}

function list(nodes) {
  found.replaceChildren(...nodes);
  at = -1;
}

async function search() {
  const text = field.value.trim();
  const mine = ++turn;
  if (!text) return list(commands(""));
  const answer = await fetch(`/search/?q=${encodeURIComponent(text)}`, {
    headers: { "HX-Request": "true", "HX-Target": "palette" },
  }).catch(() => null);
  if (mine !== turn) return;
  const page = new DOMParser().parseFromString(answer?.ok ? await answer.text() : "", "text/html");
  const hits = [...page.querySelectorAll("a[href]")];
  const nodes = [...hits, ...commands(text)];
  if (nodes.length) return list(nodes);
  const none = document.createElement("p");
  none.textContent = found.dataset.empty;
  list([none]);
}

function move(step) {
  const links = [...found.querySelectorAll("a")];
  if (!links.length) return;
  links[at]?.classList.remove("at");
  at = (at + step + links.length) % links.length;
  links[at].classList.add("at");
  links[at].scrollIntoView({ block: "nearest" });
}

for (const trigger of document.querySelectorAll("[data-palette]")) {
  const hand = () => {
    const text = trigger.value;
    trigger.value = "";
    openPalette();
    field.value = text;
    if (text) search();
  };
  trigger.addEventListener("click", hand);
  trigger.addEventListener("input", (event) => { if (!event.isComposing) hand(); });
}

if (box) {
  field.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(search, 150); });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") box.close();
    else if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter" && at >= 0) found.querySelectorAll("a")[at].click();
    else return;
    event.preventDefault();
  });
  box.addEventListener("click", (event) => {
    if (event.target === box || event.target.closest("a")) box.close();
  });
}
