// Lists: tick all rows of a page, say how many are ticked.
function tell() {
  const bar = document.querySelector("[data-bulk]");
  const said = bar?.querySelector("[data-picked]");
  if (!said) return;
  const count = document.querySelectorAll(".box:checked").length;
  said.textContent = count === 1 ? said.dataset.one : said.dataset.many.replace("%n", count);
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-all]")) {
    for (const box of event.target.closest("table").querySelectorAll(".box")) box.checked = event.target.checked;
  }
  if (event.target.matches("[data-all], .box")) tell();
});
addEventListener("pageshow", tell);

// A list that renews itself waits while rows are ticked: the ticks would be gone.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches?.("[data-renews]") && event.target.querySelector(".box:checked")) event.preventDefault();
});
