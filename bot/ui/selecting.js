// What is selected in the open article can be asked about: a button beside it, and a link above.
const picker = document.createElement("button");
picker.type = "button";
picker.id = "ask-about";
picker.textContent = "Ask about this";
picker.hidden = true;

const reader = () => document.querySelector("#article-pane .reader");

function selectedText() {
  const selection = document.getSelection();
  const page = reader();
  if (!page || !selection.rangeCount || selection.isCollapsed) return "";
  const range = selection.getRangeAt(0);
  return page.contains(range.commonAncestorContainer) ? selection.toString().trim() : "";
}

function askAbout() {
  const page = reader();
  if (!page) return;
  const marked = page.querySelector("mark.chosen");
  const text = selectedText() || (marked ? marked.textContent : "");
  picker.hidden = true;
  trigger("select", { article: page.dataset.article, text: text.slice(0, 2000) });
}

function offerPicker() {
  const text = selectedText();
  picker.hidden = !text;
  if (!text) return;
  // In the pane, after the article: the next stop of the Tab key from what is selected.
  const pane = document.querySelector("#article-pane");
  if (picker.parentElement !== pane) pane.append(picker);
  const place = document.getSelection().getRangeAt(0).getBoundingClientRect();
  const width = picker.offsetWidth;
  picker.style.left = Math.max(8, Math.min(place.right - width, innerWidth - width - 8)) + "px";
  const below = place.bottom + 8 + picker.offsetHeight < innerHeight;
  picker.style.top = (below ? place.bottom + 8 : Math.max(8, place.top - 44)) + "px";
}
let later = 0;
document.addEventListener("selectionchange", () => {
  clearTimeout(later);
  later = setTimeout(offerPicker, 200);
});
document.addEventListener("scroll", (event) => {
  if (!event.target.closest || !event.target.closest("#conversation")) picker.hidden = true;
}, true);
// The selection must outlive the press on the button or the link.
const keepSelection = (event) => {
  const about = 'a[href="#do-about"]';
  if (event.target === picker || (event.target.closest && event.target.closest(about))) {
    event.preventDefault();
  }
};
document.addEventListener("mousedown", keepSelection, true);
picker.addEventListener("click", askAbout);
