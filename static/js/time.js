// The time slider of the nine-grid: slides, steps and plays through the past. Each day is the page's
// own answer, of which the parts marked [data-part] replace those on screen; people glide.
const root = document.querySelector("[data-time]");
const YEAR = 10000; // the months between the first stop and today pass in ten seconds
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

if (root) start(root);

function start(root) {
  const range = root.querySelector("input[type=range]");
  const field = root.querySelector("input[type=date]");
  const button = root.querySelector("[data-play]");
  const stops = root.dataset.stops.split(",").map(Number);
  const last = Number(range.max);
  const pages = new Map();
  let playing = 0;
  let latest = 0;
  let waiting = null;

  const dayOf = (position) => new Date(Date.parse(root.dataset.from) + position * 864e5).toISOString().slice(0, 10);
  const positionOf = (day) => Math.max(0, Math.min(last, Math.round((Date.parse(day) - Date.parse(root.dataset.from)) / 864e5)));

  function addressOf(day) {
    const url = new URL(location.href);
    url.searchParams.delete("day");
    url.searchParams.delete("at");
    if (day < dayOf(last)) url.searchParams.set("at", day);
    url.hash = "";
    return url.href;
  }

  function load(day) {
    const url = addressOf(day);
    if (!pages.has(url)) {
      pages.set(url, fetch(url).then((answer) => (answer.ok && !answer.redirected ? answer.text() : null)).catch(() => null));
    }
    return pages.get(url);
  }

  async function go(day) {
    const turn = ++latest;
    const text = await load(day);
    if (turn !== latest) return;
    const page = text && new DOMParser().parseFromString(text, "text/html");
    if (!page?.querySelector("[data-time]")) return location.assign(addressOf(day));
    swap(page);
    const now = page.querySelector("[data-time] input[type=range]");
    range.value = now.value;
    range.setAttribute("aria-valuetext", now.getAttribute("aria-valuetext"));
    field.value = day;
    history.replaceState(history.state, "", addressOf(day));
    document.dispatchEvent(new Event("grid:shown"));
  }

  function soon(day) {
    range.setAttribute("aria-valuetext", day);
    field.value = day;
    clearTimeout(waiting);
    waiting = setTimeout(() => go(day), 120);
  }

  function show(on) {
    playing = on ? playing + 1 : 0;
    button.setAttribute("aria-pressed", String(on));
    button.firstElementChild.hidden = on;
    button.lastElementChild.hidden = !on;
  }

  async function play() {
    show(true);
    const turn = playing;
    const at = Number(range.value);
    const ahead = at >= last ? stops : stops.filter((stop) => stop > at);
    const beat = YEAR / (stops.length - 1);
    for (const [place, stop] of ahead.entries()) {
      const pause = new Promise((done) => setTimeout(done, place ? beat : 0));
      await Promise.all([load(dayOf(stop)), pause]);
      if (playing !== turn) return;
      await go(dayOf(stop));
      if (playing === turn && place + 1 < ahead.length) load(dayOf(ahead[place + 1]));
    }
    show(false);
  }

  const stop = () => playing && show(false);

  button.hidden = false;
  button.addEventListener("click", () => (playing ? stop() : play()));
  range.addEventListener("input", () => { stop(); soon(dayOf(Number(range.value))); });
  range.addEventListener("keydown", (event) => {
    const step = { PageUp: -1, PageDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    stop();
    const at = Number(range.value);
    const goal = step < 0 ? stops.findLast((each) => each < at) : stops.find((each) => each > at);
    if (goal === undefined) return;
    range.value = goal;
    soon(dayOf(goal));
  });
  field.addEventListener("change", () => { stop(); if (field.value) soon(field.value < dayOf(last) ? field.value : dayOf(last)); });
  root.addEventListener("submit", (event) => event.preventDefault());
  root.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-at]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    stop();
    range.value = positionOf(link.dataset.at);
    go(link.dataset.at);
  });
}

function swap(page) {
  const before = places();
  const held = document.activeElement;
  const part = held?.closest?.("[data-part]")?.dataset.part;
  for (const old of document.querySelectorAll("[data-part]")) {
    const fresh = page.querySelector(`[data-part="${old.dataset.part}"]`);
    if (fresh) old.replaceChildren(...fresh.childNodes);
  }
  if (part && !held.isConnected) document.querySelector(`[data-part="${part}"] a, [data-time] input`)?.focus();
  if (!CALM.matches) glide(before);
}

const tokens = () => document.querySelectorAll("#grid [data-contact]");
const places = () => new Map([...tokens()].map((token) => [token.dataset.contact, token.getBoundingClientRect()]));

function glide(before) {
  for (const token of tokens()) {
    const was = before.get(token.dataset.contact);
    if (!was) { token.animate([{ opacity: 0 }, { opacity: 1 }], 350); continue; }
    const is = token.getBoundingClientRect();
    const scale = token.ownerSVGElement?.getScreenCTM()?.a ?? 1;
    const [dx, dy] = [(was.x - is.x) / scale, (was.y - is.y) / scale];
    if (Math.hypot(dx, dy) < 2) continue;
    token.animate([{ translate: `${dx}px ${dy}px` }, { translate: "0px 0px" }], { duration: 450, easing: "ease-in-out" });
  }
}
