// A long row of tabs begins where the current one is, also on a phone.
export function show(tab) {
  const row = tab.closest(".tabs");
  if (row.scrollWidth <= row.clientWidth) return;
  const middle = (row.clientWidth - tab.offsetWidth) / 2;
  row.scrollLeft = tab.offsetLeft - row.offsetLeft - middle;
}

document.querySelectorAll(".tabs [aria-current=page]").forEach(show);
