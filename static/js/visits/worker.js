// Service worker of /interactions/: without a network it answers with the empty form and the
// files that the form needs. Nothing else is kept: no page with anybody's data.

const SHELF = "visits";
const SHELL = "/interactions/offline/";
const WAIT = 8000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  if (event.data?.keep) event.waitUntil(keep(event.data.keep, event.ports[0]));
});

async function keep(files, port) {
  const shelf = await caches.open(SHELF);
  const wanted = [new URL(SHELL, location).href, ...files];
  for (const old of await shelf.keys()) if (!wanted.includes(old.url)) await shelf.delete(old);
  const kept = await Promise.all(wanted.map((url) => store(shelf, url)));
  port?.postMessage({ kept: kept.every(Boolean) });
}

async function store(shelf, url) {
  const answer = await fetch(url, { redirect: "error" }).catch(() => null);
  if (answer?.ok) await shelf.put(url, answer);
  return Boolean(answer?.ok);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(answered(request, SHELL));
  else if (url.pathname.startsWith("/static/")) event.respondWith(answered(request, request));
});

async function answered(request, instead) {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(WAIT) });
  } catch (error) {
    const kept = await (await caches.open(SHELF)).match(instead);
    if (kept) return kept;
    throw error;
  }
}
