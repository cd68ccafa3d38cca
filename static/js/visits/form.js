// The form that the phone keeps: filled from the names that lie on it.

const BEFORE = 30 * 60 * 1000;
const AFTER = 4 * 60 * 60 * 1000;

export function renew(form) {
  form.reset();
  const key = form.querySelector("[name=key]");
  if (key) key.value = newKey();
  const planned = form.querySelector("[name=planned]");
  if (planned) planned.value = "";
  const at = form.querySelector("[name=starts_at]");
  if (at) at.value = "";
  form.dispatchEvent(new Event("renewed"));
}

// randomUUID exists on secure origins only
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function fillShell(form, book) {
  const choice = form.querySelector("[name=customer]");
  form.querySelector("[data-no-book]").hidden = Boolean(book?.customers.length);
  form.querySelector("[data-has-book]").hidden = !book?.customers.length;
  if (!book?.customers.length) return;
  choice.replaceChildren(...book.customers.map((one) => new Option(one.name, one.id)));
  const now = Date.now();
  const meeting = book.planned.find((one) => {
    const begins = Date.parse(one.starts_at);
    return begins > now - AFTER && begins < now + BEFORE;
  });
  const asked = Number(new URLSearchParams(location.search).get("customer"));
  const wanted = asked || meeting?.customer;
  if (book.customers.some((one) => one.id === wanted)) choice.value = wanted;
  const draw = () => people(form, book, meeting);
  choice.addEventListener("change", draw);
  form.addEventListener("renewed", () => { choice.value = wanted || choice.value; draw(); });
  form.querySelector("[name=key]").value = newKey();
  draw();
}

function people(form, book, meeting) {
  const customer = book.customers.find((one) => one.id === Number(form.querySelector("[name=customer]").value));
  const met = meeting?.customer === customer.id ? meeting : null;
  form.querySelector("[name=planned]").value = met?.id ?? "";
  const way = met && form.querySelector(`[name=channel][value="${met.channel}"]`);
  if (way) way.checked = true;
  const chips = customer.people.map(([id, name, title]) => {
    const chip = form.querySelector("template").content.cloneNode(true);
    const box = chip.querySelector("input");
    box.value = id;
    box.checked = met?.people.includes(id) ?? false;
    chip.querySelector("span").textContent = name;
    chip.querySelector("label").title = title;
    return chip;
  });
  form.querySelector("[data-people]").replaceChildren(...chips);
}
