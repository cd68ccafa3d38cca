// Opens `a[data-dialog]` in the page's <dialog>; the same address is a page without script.

const dialog = document.getElementById("dialog");
const HEAD = { "HX-Request": "true", "HX-Target": "dialog" };
let opener = null;
let latest = 0;

export async function openDialog(url, from = document.activeElement) {
  opener = from;
  return show(fetch(url, { headers: HEAD }), url);
}

async function show(request, url) {
  const turn = ++latest;
  const answer = await request.catch(() => null);
  if (turn !== latest) return;
  const goal = answer?.headers.get("HX-Redirect");
  if (goal) return location.assign(goal);
  const fits = answer && (answer.ok || [400, 409, 422].includes(answer.status));
  if (!fits || answer.redirected) return location.assign(url);
  const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
  const part = parsed.querySelector("main > *, .form-page") ? parsed.querySelector("main") ?? parsed.body : parsed.body;
  dialog.replaceChildren(...part.childNodes);
  separate();
  if (!dialog.open) dialog.showModal();
  globalThis.htmx?.process(dialog);
  dialog.dispatchEvent(new CustomEvent("dialog:shown", { bubbles: true }));
  (dialog.querySelector('[aria-invalid="true"]') ?? dialog.querySelector("[autofocus]") ?? dialog.querySelector("input:not([type=hidden]), textarea, select, button"))?.focus();
}

// the page behind may hold a field of the same id (a filter): the one in the dialog gives way
function separate() {
  const taken = [...dialog.querySelectorAll("[id]")].filter((node) => document.querySelectorAll(`#${CSS.escape(node.id)}`).length > 1);
  for (const node of taken) {
    const old = node.id;
    node.id = `${old}-in-dialog`;
    for (const name of ["for", "aria-describedby", "aria-labelledby", "form", "list"]) {
      for (const user of dialog.querySelectorAll(`[${name}~="${CSS.escape(old)}"]`)) {
        user.setAttribute(name, user.getAttribute(name).split(" ").map((id) => (id === old ? node.id : id)).join(" "));
      }
    }
  }
}

async function send(event) {
  const form = event.target;
  if (form.method !== "post" || form.dataset.plain !== undefined) return;
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "yes";
  const button = event.submitter;
  button?.setAttribute("aria-busy", "true");
  const body = new FormData(form, button ?? undefined);
  const packed = form.enctype === "multipart/form-data" ? body : new URLSearchParams(body);
  await show(fetch(form.action, { method: "POST", body: packed, headers: HEAD }), form.action);
  delete form.dataset.sending;
  button?.removeAttribute("aria-busy");
}

if (dialog) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    openDialog(link.href, link);
  });
  dialog.addEventListener("submit", send);
  dialog.addEventListener("click", (event) => {
    const outside = event.target === dialog;
    if (event.target.closest("[data-cancel]")) event.preventDefault();
    if (outside ? !dialog.querySelector("[data-dirty]") : event.target.closest("[data-cancel]")) dialog.close();
  });
  dialog.addEventListener("close", () => {
    latest++;
    dialog.replaceChildren();
    opener?.focus?.();
    document.dispatchEvent(new CustomEvent("dialog:closed"));
  });
}
