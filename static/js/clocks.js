// Ticks time left and rings by the server's time; sleeps while the page is hidden.

const stated = document.querySelector('meta[name="server-now"]')?.content;
const ahead = stated ? Date.parse(stated) - Date.now() + Math.min(performance.now(), 60000) : 0;
const WORDS = {
  zh: { over: (t) => `超 ${t}`, hours: (h) => `${h} 小时`, days: (d, h) => `${d} 天 ${h} 小时`, long: (d, t) => `${d} 天 ${t}`, unit: ["小时", "时:分"] },
  en: { over: (t) => `over ${t}`, hours: (h) => `${h} hours`, days: (d, h) => `${d} d ${h} h`, long: (d, t) => `${d} d ${t}`, unit: ["hours", "h:min"] },
};
const words = WORDS[document.documentElement.lang.startsWith("en") ? "en" : "zh"];
const two = (n) => String(n).padStart(2, "0");

export function serverNow() {
  return Date.now() + ahead;
}

export function leftWords(seconds, precise) {
  const s = Math.floor(Math.abs(seconds));
  const days = Math.floor(s / 86400);
  const hm = (t) => `${Math.floor(t / 3600)}:${two(Math.floor((t % 3600) / 60))}`;
  if (precise && days) return words.long(days, `${two(Math.floor((s % 86400) / 3600))}:${two(Math.floor((s % 3600) / 60))}`);
  if (precise) return `${hm(s)}:${two(s % 60)}`;
  if (s >= 96 * 3600) return words.days(days, Math.floor((s % 86400) / 3600));
  return s > 86400 ? words.hours(Math.floor(s / 3600)) : hm(s);
}

function dashes(hours, total) {
  let left = Math.max(0, Math.min(total, hours));
  const out = [];
  for (let all = left; left > 0;) {
    const sector = Math.min(24, left);
    const on = sector > 1.6 ? sector - 0.9 : sector * 0.7;
    out.push(on, sector - on);
    left -= sector;
    if (left <= 0) out[out.length - 1] += total - all;
  }
  return out.length ? out.map((d) => d.toFixed(2)).join(" ") : `0 ${total}`;
}

function set(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

function tick() {
  const now = serverNow();
  for (const clock of document.querySelectorAll("time[data-countdown]")) {
    const left = (Date.parse(clock.dateTime) - now) / 1000;
    const text = leftWords(left, clock.dataset.countdown === "s");
    set(clock, left < 0 ? words.over(text) : text);
  }
  for (const ring of document.querySelectorAll(".clk[data-due]")) {
    const left = Math.max(0, (Date.parse(ring.dataset.due) - now) / 1000);
    const total = Number(ring.dataset.ring) || 72;
    ring.querySelector(".fg")?.setAttribute("stroke-dasharray", dashes(left / 3600, total));
    const day = left > 86400;
    const hours = day || (ring.classList.contains("xs") && left >= 3600);
    set(ring.querySelector("b"), hours ? String(Math.floor(left / 3600)) : leftWords(left, false));
    set(ring.querySelector(".u"), words.unit[day ? 0 : 1]);
  }
}

let timer = 0;
function run() {
  clearInterval(timer);
  if (document.hidden) return;
  tick();
  timer = setInterval(tick, 1000);
}

document.addEventListener("visibilitychange", run);
run();
