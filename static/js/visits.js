// Log an interaction without a network: saved on the phone first, sent when there is one again.
// Each entry has a key, so that what is sent twice is logged once.
import { say } from "./toast.js";
import { token } from "./post.js";
import { fillShell, renew } from "./visits/form.js";
import * as store from "./visits/store.js";

const FRESH = 10 * 60 * 1000;
const WAIT = 8000;
const DAY = 24 * 60 * 60 * 1000;
const HERE = "/interactions/";
const able = "indexedDB" in globalThis;

// -- sending ----------------------------------------------------------------------------------

async function send(entry, csrf) {
  const answer = await fetch(`${HERE}sync/`, {
    method: "POST", redirect: "manual", signal: AbortSignal.timeout(WAIT),
    body: new URLSearchParams(entry.fields), headers: { "X-CSRFToken": csrf },
  }).catch(() => null);
  if (answer?.ok) {
    await store.drop(entry.key);
    return answer.json();
  }
  if (![400, 403, 404, 409, 422].includes(answer?.status)) return null;
  const said = await answer.json().catch(() => ({}));
  entry.refused = said.sentence || words()?.dataset.refused || String(answer.status);
  await store.put(entry);
  return { state: "refused" };
}

// who is signed in, by the server; nobody: the names leave the phone, the entries wait
async function ask() {
  const answer = await fetch(`${HERE}book/`, { redirect: "manual", signal: AbortSignal.timeout(WAIT) }).catch(() => null);
  if (!answer?.ok) {
    if (answer?.type === "opaqueredirect") await store.dropBook();
    return null;
  }
  const { csrf, ...book } = await answer.json();
  await store.keepBook({ ...book, at: Date.now() });
  for (const entry of await store.waiting()) if (entry.user !== book.user) await store.drop(entry.key);
  return { csrf, book };
}

let sending = false;

async function sendAll() {
  if (sending) return;
  sending = true;
  try {
    const entries = (await store.waiting()).filter((entry) => !entry.refused);
    const found = entries.length ? await ask() : null;
    let sent = 0;
    for (const entry of found ? entries.filter((one) => one.user === found.book.user) : []) {
      if ((await send(entry, found.csrf))?.state === "saved") sent++;
    }
    if (sent && words()) say(words().dataset.sent);
  } finally {
    sending = false;
    await show();
  }
}

// -- the queue on the page --------------------------------------------------------------------

const words = () => document.querySelector("[data-visits]");

async function show() {
  const host = words();
  if (!host) return;
  const entries = await store.waiting();
  host.hidden = !entries.length;
  const rows = entries.map((entry) => {
    const row = host.querySelector("template").content.cloneNode(true);
    row.querySelector("[data-what]").textContent = entry.what;
    row.querySelector("[data-state]").textContent = entry.refused ?? host.dataset.waiting;
    row.querySelector("[data-again]").addEventListener("click", async () => {
      delete entry.refused;
      await store.put(entry);
      await sendAll();
    });
    row.querySelector("[data-remove]").addEventListener("click", async () => {
      await store.drop(entry.key);
      await show();
    });
    return row;
  });
  host.querySelector("ul").replaceChildren(...rows);
}

// -- the form ---------------------------------------------------------------------------------

function momentOf(choice) {
  const day = new Date();
  day.setHours(18, 0, 0, 0);
  const ahead = { today: 0, tomorrow: 1, monday: 7 - ((day.getDay() + 6) % 7) }[choice];
  if (ahead === undefined) return choice;
  day.setDate(day.getDate() + ahead);
  return day.toISOString();
}

async function entryOf(form) {
  const fields = new URLSearchParams(new FormData(form));
  for (const name of ["csrfmiddlewaretoken", "promise_by"]) fields.delete(name);
  const due = form.querySelector("[name=promise_by]:checked")?.value;
  if (due && !fields.get("promise_due_at")) fields.set("promise_due_at", momentOf(due));
  if (!fields.get("starts_at")) fields.set("starts_at", new Date().toISOString());
  if (form.dataset.customer) fields.set("customer", form.dataset.customer);
  const whom = [...form.querySelectorAll("[name=contacts]:checked")].map((box) => box.closest("label").textContent.trim());
  return {
    key: fields.get("key"),
    user: Number(form.dataset.user || (await store.book())?.user),
    fields: fields.toString(),
    what: [form.dataset.name || form.querySelector("[name=customer] :checked")?.textContent, ...whom].join(" · "),
    whole: whom.length > 0 && (!fields.get("promise")?.trim() || Boolean(fields.get("promise_due_at"))),
  };
}

async function submitted(form) {
  const { whole, ...entry } = await entryOf(form);
  if (!whole && !form.dataset.shell) return form.submit();
  if (!whole) return say(form.dataset.incomplete, "error");
  await store.put(entry);
  const said = form.dataset.shell ? await sendAll() : await send(entry, token());
  delete form.dataset.dirty;
  if (said?.state === "saved") return location.assign(said.url);
  if (said?.state === "refused") {
    await store.drop(entry.key);
    return form.submit();
  }
  renew(form);
  say(form.dataset.kept);
  await show();
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-visit]");
  if (!form || !able) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
  await submitted(form).catch(() => form.submit());
  event.submitter?.removeAttribute("aria-busy");
  delete form.dataset.busy;
}, true);

// -- signing out ------------------------------------------------------------------------------

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!able || form.getAttribute("action") !== "/accounts/logout/" || form.dataset.wiped) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const left = (await store.waiting().catch(() => [])).length;
  if (left && !confirm(form.dataset.unsent ?? form.textContent.trim())) return;
  await store.wipe();
  form.submit();
}, true);

// -- getting ready ----------------------------------------------------------------------------

function active(registration) {
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  if (worker.state === "activated") return worker;
  return new Promise((resolve) => worker.addEventListener("statechange", () => {
    if (worker.state === "activated") resolve(worker);
  }));
}

async function prepare() {
  const known = await store.book();
  if (!known || Date.now() - known.at > FRESH || location.pathname.startsWith(HERE)) await ask();
  const worker = await active(await navigator.serviceWorker.register(`${HERE}worker.js`));
  const files = performance.getEntriesByType("resource").map((one) => one.name.split("#")[0]);
  const ours = files.filter((url) => url.startsWith(`${location.origin}/static/`));
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = (event) => { document.documentElement.dataset.visitsReady = String(event.data.kept); };
  worker.postMessage({ keep: [...new Set(ours)] }, [port2]);
}

// names that nobody used for long leave the phone by themselves, with a network or without
async function forget() {
  const known = await store.book();
  if (known && Date.now() - known.at >= (known.days ?? 14) * DAY) await store.dropBook();
}

// a page for those who are signed out: where names still lie here, the server says whether it is so
async function left() {
  if (!await store.exists()) return; // not even an empty store is made
  await forget();
  if (navigator.onLine && await store.book()) await ask();
}

async function start() {
  const shell = document.querySelector("form[data-shell]");
  const inside = document.querySelector("[data-palette], form[data-visit]");
  if (!shell && !inside) return left();
  await forget();
  if (shell) fillShell(shell, await store.book());
  await show();
  if (!navigator.onLine) return;
  await sendAll();
  const wanted = location.pathname.startsWith(HERE) || matchMedia("(max-width: 640px)").matches;
  if (!shell && wanted && "serviceWorker" in navigator) await prepare();
}

if (able) {
  addEventListener("online", () => sendAll());
  const begin = () => start().catch(() => {});
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin);
}
