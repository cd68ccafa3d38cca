// The power map: arrows walk, a drag or Shift+arrow opens the form of the seat with another one above.
// Contract: [data-power] holds links [data-seat][data-above] in reading order; [data-movable] says that they may be moved.
import { openDialog } from "./dialog.js";

const map = document.querySelector("[data-power]");
const seats = () => [...map.querySelectorAll("[data-seat]")];
const byId = (id) => map.querySelector(`[data-seat="${id}"]`);
const beside = (seat) => seats().filter((other) => other.dataset.above === seat.dataset.above);

function next(seat, key) {
  if (key === "ArrowLeft") return byId(seat.dataset.above);
  if (key === "ArrowRight") return seats().find((other) => other.dataset.above === seat.dataset.seat);
  const all = seats();
  return all[all.indexOf(seat) + (key === "ArrowDown" ? 1 : -1)];
}

// one level up is below the chief of the chief; one level down is below the neighbour above
function above(seat, key) {
  if (key === "ArrowLeft") return byId(seat.dataset.above)?.dataset.above;
  const level = beside(seat);
  const at = level.indexOf(seat);
  return (level[at - 1] ?? level[at + 1])?.dataset.seat;
}

function reseat(seat, chief) {
  if (chief === undefined || chief === seat.dataset.above) return;
  const url = new URL(`/power-seats/${seat.dataset.seat}/edit/`, location.href);
  url.searchParams.set("reports_to", chief);
  openDialog(url.href, seat);
}

function key(event) {
  const seat = event.target.closest("[data-seat]");
  if (!seat || !event.key.startsWith("Arrow")) return;
  event.preventDefault();
  if (!event.shiftKey) return next(seat, event.key)?.focus();
  if (map.dataset.movable !== undefined && ["ArrowLeft", "ArrowRight"].includes(event.key)) reseat(seat, above(seat, event.key));
}

let drag = null;

function down(event) {
  const seat = event.target.closest("[data-seat]");
  if (seat && map.dataset.movable !== undefined && !event.button) drag = { seat, x: event.clientX, y: event.clientY, home: seat.getAttribute("transform") };
}

function follow(event) {
  if (!drag) return;
  const dx = event.clientX - drag.x;
  const dy = event.clientY - drag.y;
  if (!drag.moved && Math.hypot(dx, dy) < 8) return;
  if (!drag.moved) map.setPointerCapture(event.pointerId);
  drag.moved = true;
  drag.seat.classList.add("moving");
  const scale = map.getScreenCTM()?.a || 1;
  drag.seat.setAttribute("transform", `${drag.home} translate(${dx / scale} ${dy / scale})`);
  mark(under(event));
}

function under(event) {
  const stack = document.elementsFromPoint(event.clientX, event.clientY);
  return stack.map((node) => node.closest?.("[data-seat]")).find((seat) => seat && seat !== drag?.seat);
}

function mark(seat) {
  for (const other of map.querySelectorAll(".over")) other.classList.remove("over");
  seat?.classList.add("over");
}

function up(event) {
  const was = drag;
  if (!was?.moved) return (drag = null);
  const goal = under(event);
  settle();
  const stop = (click) => click.preventDefault();
  map.addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => map.removeEventListener("click", stop, { capture: true }), 50);
  if (goal) reseat(was.seat, goal.dataset.seat);
}

function settle() {
  if (drag) drag.seat.setAttribute("transform", drag.home);
  drag?.seat.classList.remove("moving");
  drag = null;
  mark(null);
}

if (map) {
  map.addEventListener("keydown", key);
  map.addEventListener("pointerdown", down);
  map.addEventListener("pointermove", follow);
  map.addEventListener("pointerup", up);
  map.addEventListener("pointercancel", settle);
  map.addEventListener("dragstart", (event) => event.preventDefault());
}
