// Menus are <details>; a click elsewhere or Esc closes them.

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.drop[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.drop[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// the row height that was chosen stays chosen
const compact = document.getElementById("d-compact");
if (compact) {
  compact.checked = localStorage.getItem("density") === "compact";
  document.addEventListener("change", (event) => {
    if (event.target.name === "density") localStorage.setItem("density", compact.checked ? "compact" : "standard");
  });
}
