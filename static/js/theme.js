// Light and dark at once, saved on the server; the page arrives in the right one next time.
import { post } from "./post.js";

const root = document.documentElement;

function shown() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  return root.dataset.theme || (dark ? "dark" : "light");
}

for (const button of document.querySelectorAll("[data-theme-toggle]")) {
  button.value = shown() === "dark" ? "light" : "dark";
  button.form.addEventListener("submit", (event) => {
    event.preventDefault();
    root.dataset.theme = shown() === "dark" ? "light" : "dark";
    post(button.form.action, { value: root.dataset.theme });
  });
}
