// The list, as a dialog: the browser keeps the focus in it and gives it back.
const made = (name, className, text) => {
  const one = document.createElement(name);
  if (className) one.className = className;
  if (text) one.textContent = text;
  if (name === "button") one.type = "button";
  return one;
};
const dialog = made("dialog");
dialog.id = "kept";
dialog.setAttribute("aria-labelledby", "kept-title");
const heading = made("h2", "", "Conversations");
heading.id = "kept-title";
const close = made("button", "close", "Close");
close.addEventListener("click", () => dialog.close());
const where = made("p", "about");
const rows = made("ul");
dialog.append(heading, close, where, rows);
// In the page's own frame, so that its colours hold.
(document.querySelector(".gradio-container") || document.body).append(dialog);
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

function openList() {
  if (mode === "browser") entries = readEntries();
  else send("input", { act: "list" });
  where.textContent = mode === "browser"
    ? "Kept in this browser alone. The list holds the latest 100."
    : "Kept on the server, for you alone. The list holds the latest 200.";
  draw();
  dialog.showModal();
}

function draw() {
  rows.replaceChildren(...entries.map(row));
  if (!entries.length) rows.append(made("li", "none", "None yet: ask something."));
}

function row(entry) {
  const line = made("li");
  const open = made("button", "open", entry.title || "Untitled");
  const count = entry.questions === 1 ? "1 question" : `${entry.questions} questions`;
  const day = new Date(entry.changed);
  const when = day.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  open.append(made("span", "when", `${when} · ${count}`));
  open.addEventListener("click", () => {
    dialog.close();
    const wish = wishFor({ id: entry.id });
    if (wish) send("click", wish);
    else tell("This conversation is not in this browser any more.");
  });
  const edit = made("button", "", "Rename");
  edit.setAttribute("aria-label", `Rename ${entry.title}`);
  edit.addEventListener("click", () => askTitle(line, entry));
  const out = made("button", "", "Delete");
  out.setAttribute("aria-label", `Delete ${entry.title}`);
  out.addEventListener("click", () => askDelete(line, entry));
  line.append(open, edit, out);
  return line;
}

function askTitle(line, entry) {
  const box = made("input");
  box.value = entry.title;
  box.maxLength = 80;
  box.setAttribute("aria-label", "Title");
  const save = made("button", "", "Save");
  const leave = made("button", "", "Cancel");
  const back = () => { line.replaceWith(row(entry)); };
  save.addEventListener("click", () => {
    const title = box.value.trim();
    if (!title) { box.focus(); return; }
    rename(entry.id, title);
    focusOn(entry.id);
  });
  leave.addEventListener("click", back);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") save.click();
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); back(); }
  });
  line.replaceChildren(box, save, leave);
  box.select();
  box.focus();
}

function askDelete(line, entry) {
  const text = made("span", "sure", `Delete “${entry.title}”? It cannot be brought back.`);
  text.setAttribute("role", "alert");
  const yes = made("button", "stop", "Delete");
  const no = made("button", "", "Keep");
  yes.addEventListener("click", () => { remove(entry.id); close.focus(); });
  no.addEventListener("click", () => { line.replaceWith(row(entry)); });
  line.replaceChildren(text, yes, no);
  no.focus();
}
function focusOn(id) {
  const place = entries.findIndex((each) => each.id === id);
  const button = rows.querySelectorAll("button.open")[place];
  if (button) button.focus();
}
