// Forms: busy buttons, unsaved warning, autosave, dropped files, filters that apply themselves.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") return;
  if (form.dataset.sent) return event.preventDefault();
  delete form.dataset.dirty;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(release, 8000); // a download leaves the page where it is
});

function release() {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const busy of document.querySelectorAll('button[aria-busy="true"]')) busy.removeAttribute("aria-busy");
}
addEventListener("pageshow", release);

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.dataset.form !== undefined) form.dataset.dirty = "yes";
  if (form?.dataset.autosave) later(form);
});

addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-dirty]")) event.preventDefault();
});

// autosave: POST the whole form two seconds after the last key; 409 hands over to the server's page
const waiting = new WeakMap();

function later(form) {
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => save(form), 2000));
}

async function save(form) {
  const note = form.querySelector("[data-saved]");
  const answer = await fetch(form.dataset.autosave, {
    method: "POST", body: new FormData(form), headers: { "X-Requested-With": "fetch" },
  }).catch(() => null);
  if (answer?.status === 409) return form.requestSubmit();
  if (!answer?.ok) {
    if (note) note.textContent = note.dataset.failed ?? "";
    return;
  }
  delete form.dataset.dirty;
  const facts = await answer.json().catch(() => ({}));
  const version = form.querySelector('input[name="version"]');
  if (version && facts.version) version.value = facts.version;
  if (note) note.textContent = facts.saved ?? note.dataset.done ?? "";
}

// filters: change applies, typing waits for Enter
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form && event.target.type !== "search" && event.target.type !== "text") form.requestSubmit();
});
document.addEventListener("submit", (event) => {
  if (event.target.dataset.autosubmit === undefined) return;
  for (const field of event.target.elements) if (!field.value && field.name) field.disabled = true;
});

// a file dropped on `.drop-zone` fills the file field inside it
for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const zone = event.target.closest?.(".drop-zone");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("over", name === "dragover");
    const field = zone.querySelector('input[type="file"]');
    if (name === "drop" && field && event.dataTransfer.files.length) {
      field.files = event.dataTransfer.files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
}
