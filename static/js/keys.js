// The keyboard: single keys press what the page marks with data-key; off in fields and while composing.
import { openPalette } from "./palette.js";

const ROWS = "[data-row], .tbl tbody tr:not(.grp)";
let going = 0;

function typing(target) {
  return target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select");
}

function press(selector) {
  const target = [...document.querySelectorAll(selector)].find((node) => node.checkVisibility?.() ?? true);
  if (target) target.click();
  return Boolean(target);
}

function rows() {
  return [...document.querySelectorAll(ROWS)].filter((row) => row.offsetParent);
}

function current() {
  return document.querySelector("tr.at, li.at") ?? document.activeElement?.closest?.(ROWS);
}

function step(by) {
  const all = rows();
  if (!all.length) return false;
  const index = all.indexOf(current());
  const next = all[Math.max(0, Math.min(all.length - 1, index < 0 ? 0 : index + by))];
  current()?.classList.remove("at");
  next.classList.add("at");
  next.scrollIntoView({ block: "nearest" });
  next.querySelector("a, button")?.focus({ preventScroll: true });
  return true;
}

const KEYS = {
  "/": () => { openPalette(); return true; },
  "?": () => { document.getElementById("keys")?.showModal(); return true; },
  ".": () => press("[data-present]"),
  j: () => step(1),
  k: () => step(-1),
  x: () => { const box = current()?.querySelector(".box, input[type=checkbox]"); box?.click(); return Boolean(box); },
  "[": () => press('a[rel="prev"]'),
  "]": () => press('a[rel="next"]'),
};

function single(key) {
  if (going && Date.now() - going < 1500) {
    going = 0;
    return press(`[data-go="${CSS.escape(key)}"]`);
  }
  if (key === "g") { going = Date.now(); return true; }
  if (KEYS[key]) return KEYS[key]();
  const own = `[data-key="${CSS.escape(key)}"]`;
  const row = current()?.querySelector(own);
  if (row) { row.click(); return true; }
  return press(own);
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || event.altKey) return;
  if (event.ctrlKey || event.metaKey) {
    if (event.key.toLowerCase() === "k") { event.preventDefault(); openPalette(); }
    if (event.key === "Enter" && event.target.form) { event.preventDefault(); event.target.form.requestSubmit(); }
    return;
  }
  if (document.body.dataset.keys === "off" || typing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key.length === 1 && single(event.key.toLowerCase())) event.preventDefault();
});
