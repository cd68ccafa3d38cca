// What lies on the phone: entries that wait for a network, and names to fill the form with.

const NAME = "visits";

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("queue", { keyPath: "key" });
      asked.result.createObjectStore("book");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function within(store, mode, ask) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const turn = database.transaction(store, mode);
      const asked = ask(turn.objectStore(store));
      turn.oncomplete = () => resolve(asked.result);
      turn.onerror = turn.onabort = () => reject(turn.error);
    });
  } finally {
    database.close();
  }
}

export const waiting = () => within("queue", "readonly", (store) => store.getAll());
export const put = (entry) => within("queue", "readwrite", (store) => store.put(entry));
export const drop = (key) => within("queue", "readwrite", (store) => store.delete(key));
export const book = () => within("book", "readonly", (store) => store.get("book"));
export const keepBook = (found) => within("book", "readwrite", (store) => store.put(found, "book"));
export const dropBook = () => within("book", "readwrite", (store) => store.delete("book"));

// whether anything lies here, without making it
export const exists = async () => (await indexedDB.databases?.() ?? []).some((one) => one.name === NAME);

// signing out leaves nothing behind: entries, names, the form and its worker
export async function wipe() {
  await new Promise((resolve) => {
    const asked = indexedDB.deleteDatabase(NAME);
    asked.onsuccess = asked.onerror = asked.onblocked = resolve;
  });
  await globalThis.caches?.delete(NAME);
  const workers = await navigator.serviceWorker?.getRegistrations() ?? [];
  await Promise.all(workers.map((worker) => worker.unregister()));
}
