// The nine-grid: one tab stop, arrows walk or move one cell, pointer drags; all open the evidence form.
// Contract: [data-grid] holds cells [data-cell="x,y"] and tokens [data-contact][data-x][data-y]; [data-movable] says that they may be moved.
import { openDialog } from "./dialog.js";

let grid = null;
const tokens = () => [...grid.querySelectorAll("[data-contact]")];
const handle = (token) => token.querySelector(".hit") ?? token;
const clamp = (n) => Math.max(-3, Math.min(3, n));
const movable = () => grid.dataset.movable !== undefined;
let pending = null;

function at(token) {
  return [Number(token.dataset.x), Number(token.dataset.y)];
}

function rove(token) {
  for (const other of tokens()) handle(other).setAttribute("tabindex", other === token ? "0" : "-1");
}

function walk(token, dx, dy) {
  const [x, y] = at(token);
  const ahead = tokens().filter((other) => {
    const [ox, oy] = at(other);
    return other !== token && (dx ? Math.sign(ox - x) === dx : Math.sign(oy - y) === dy);
  });
  ahead.sort((a, b) => far(a, x, y, dx) - far(b, x, y, dx));
  if (ahead[0]) { rove(ahead[0]); handle(ahead[0]).focus(); }
}

function far(token, x, y, across) {
  const [ox, oy] = at(token);
  const main = Math.abs(across ? ox - x : oy - y);
  return main + 3 * Math.abs(across ? oy - y : ox - x);
}

function propose(token, x, y) {
  if (!movable()) return;
  pending = token;
  token.classList.add("moving");
  const url = new URL(`/contacts/${token.dataset.contact}/assess/`, location.href);
  url.searchParams.set("intimacy", x);
  url.searchParams.set("support", y);
  const deal = new URL(location.href).searchParams.get("opportunity");
  if (deal) url.searchParams.set("opportunity", deal);
  openDialog(url.href, handle(token));
}

function settle(token) {
  token.classList.remove("moving");
  if (token.dataset.home) token.setAttribute("transform", token.dataset.home);
  token.style.translate = "";
}

function restore() {
  if (pending) settle(pending);
  pending = null;
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

function key(event) {
  const token = event.target.closest("[data-contact]");
  if (!token) return;
  if (event.key === "Escape") return restore();
  const step = ARROWS[event.key];
  if (!step) return;
  event.preventDefault();
  if (!event.shiftKey) return walk(token, ...step);
  const [x, y] = at(token);
  propose(token, clamp(x + step[0]), clamp(y + step[1]));
}

// dragging -------------------------------------------------------------------------------------
let drag = null;

function down(event) {
  const token = event.target.closest("[data-contact]");
  if (!token || !movable() || event.button) return;
  drag = { token, x: event.clientX, y: event.clientY, moved: false };
}

function moveBy(event) {
  if (!drag) return;
  const dx = event.clientX - drag.x;
  const dy = event.clientY - drag.y;
  if (!drag.moved && Math.hypot(dx, dy) < 6) return;
  if (!drag.moved) {
    drag.moved = true;
    grid.setPointerCapture(event.pointerId);
    drag.token.dataset.home = drag.token.getAttribute("transform") ?? "";
    drag.token.classList.add("moving");
  }
  event.preventDefault();
  follow(drag.token, dx, dy);
  const over = cellUnder(event);
  for (const cell of grid.querySelectorAll("[data-cell].over")) cell.classList.remove("over");
  over?.classList.add("over");
}

function follow(token, dx, dy) {
  if (token instanceof SVGElement) {
    const scale = token.ownerSVGElement.getScreenCTM()?.a || 1;
    token.setAttribute("transform", `${token.dataset.home} translate(${dx / scale} ${dy / scale})`);
  } else {
    token.style.translate = `${dx}px ${dy}px`;
  }
}

function cellUnder(event) {
  const stack = document.elementsFromPoint(event.clientX, event.clientY);
  return stack.map((node) => node.closest?.("[data-cell]")).find(Boolean);
}

function up(event) {
  const was = drag;
  drag = null;
  if (!was?.moved) return;
  const cell = cellUnder(event);
  for (const node of grid.querySelectorAll("[data-cell].over")) node.classList.remove("over");
  suppressClick();
  if (!cell || cell === was.token.closest("[data-cell]")) return settle(was.token);
  const [x, y] = cell.dataset.cell.split(",").map(Number);
  const [ox, oy] = at(was.token);
  if (x === ox && y === oy) return settle(was.token);
  propose(was.token, x, y);
}

function suppressClick() {
  const stop = (event) => { event.preventDefault(); event.stopPropagation(); };
  grid.addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => grid.removeEventListener("click", stop, { capture: true }), 50);
}

function cancelled() {
  if (drag) settle(drag.token);
  drag = null;
}

// the slider draws the grid anew, with another element to listen to
function attach() {
  const found = document.querySelector("[data-grid]");
  if (!found || found === grid) return;
  grid = found;
  const all = tokens();
  if (all.length) rove(grid.querySelector("[data-contact].sel, .tok.sel") ?? all[0]);
  grid.addEventListener("keydown", key);
  grid.addEventListener("focusin", (event) => {
    const token = event.target.closest("[data-contact]");
    if (token) rove(token);
  });
  grid.addEventListener("pointerdown", down);
  grid.addEventListener("pointermove", moveBy);
  grid.addEventListener("pointerup", up);
  grid.addEventListener("pointercancel", cancelled);
  grid.addEventListener("dragstart", (event) => event.preventDefault());
}

attach();
document.addEventListener("dialog:closed", restore);
document.addEventListener("grid:shown", attach);
