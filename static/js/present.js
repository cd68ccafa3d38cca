// Presenting mode: hides every locked line at once; the server then leaves them out for good.
import { post } from "./post.js";

const root = document.documentElement;

for (const button of document.querySelectorAll("[data-present]")) {
  button.form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const on = button.value === "on";
    if (on) root.dataset.presenting = "";
    const answer = await post(button.form.action, { value: button.value });
    if (answer.ok) location.reload();
  });
}
