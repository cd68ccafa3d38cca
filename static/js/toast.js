// Toasts leave after eight seconds, unless the pointer or the focus is on them.

const STAY = 8000;

function arm(toast) {
  if (toast.dataset.armed) return;
  toast.dataset.armed = "yes";
  let timer;
  const leave = () => {
    toast.classList.add("leaving");
    setTimeout(() => toast.remove(), 220);
  };
  const start = () => { timer = setTimeout(leave, STAY); };
  const hold = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("pointerleave", start);
  toast.addEventListener("focusout", start);
  toast.querySelector("[data-close]")?.addEventListener("click", () => toast.remove());
  if (toast.dataset.level !== "error") start();
}

const host = document.getElementById("toasts");

export function say(text, level = "success") {
  if (!host) return;
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.dataset.level = level;
  const words = document.createElement("span");
  words.textContent = text;
  toast.append(words);
  host.append(toast);
}

if (host) {
  const armAll = () => host.querySelectorAll(".toast").forEach(arm);
  new MutationObserver(armAll).observe(host, { childList: true });
  armAll();
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => say(host.dataset.failed, "error"));
  }
}
