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
  rows.replaceChildren();
  draw();
  dialog.showModal();
}

// The server's answer may come at any time: a row that is being edited stays, and so does the focus.
function draw() {
  const focused = rows.contains(document.activeElement) ? document.activeElement : null;
  const edited = new Map(
    [...rows.querySelectorAll("li.edited")].map((line) => [line.dataset.id, line]));
  const place = focused && focused.closest("li").dataset.id;
  rows.replaceChildren(...entries.map((entry) => edited.get(entry.id) || row(entry)));
  if (!entries.length) rows.append(made("li", "none", "None yet: ask something."));
  if (!focused) return;
  const line = [...rows.children].find((each) => each.dataset.id === place);
  if (!line) close.focus();
  else if (line.contains(focused)) focused.focus();
  else line.querySelector(`.${focused.className}`).focus();
}

function row(entry) {
  const line = made("li");
  line.dataset.id = entry.id;
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
  const edit = made("button", "rename", "Rename");
  edit.setAttribute("aria-label", `Rename ${entry.title}`);
  edit.addEventListener("click", () => askTitle(line, entry));
  const out = made("button", "delete", "Delete");
  out.setAttribute("aria-label", `Delete ${entry.title}`);
  out.addEventListener("click", () => askDelete(line, entry));
  line.append(open, edit, out);
  return line;
}

// Leave editing: the row as it was, with the focus on the button that began it.
function restore(line, entry, button) {
  const fresh = row(entries.find((each) => each.id === entry.id) || entry);
  line.replaceWith(fresh);
  fresh.querySelector(`.${button}`).focus();
}

function askTitle(line, entry) {
  const box = made("input");
  box.value = entry.title;
  box.maxLength = 80;
  box.setAttribute("aria-label", "Title");
  const save = made("button", "", "Save");
  const leave = made("button", "", "Cancel");
  const back = () => restore(line, entry, "rename");
  save.addEventListener("click", () => {
    const title = box.value.trim();
    if (!title) { box.focus(); return; }
    back();
    rename(entry.id, title);
  });
  leave.addEventListener("click", back);
  box.addEventListener("keydown", (event) => {
    // Else the key goes on to the button that is focused next.
    if (event.key === "Enter") { event.preventDefault(); save.click(); }
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); back(); }
  });
  line.className = "edited";
  line.replaceChildren(box, save, leave);
  box.select();
  box.focus();
}

function askDelete(line, entry) {
  const text = made("span", "sure", `Delete “${entry.title}”? It cannot be brought back.`);
  text.setAttribute("role", "alert");
  const yes = made("button", "stop", "Delete");
  const no = made("button", "", "Keep");
  const back = () => restore(line, entry, "delete");
  yes.addEventListener("click", () => { back(); remove(entry.id); close.focus(); });
  no.addEventListener("click", back);
  line.className = "edited";
  line.replaceChildren(text, yes, no);
  no.focus();
}
