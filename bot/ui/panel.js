// The article pane: a click on any citation link of the page asks the server for its article;
// when it has come, the chosen mark is scrolled to and focused.
document.addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest('a[href^="#cite-"]');
  if (!link) return;
  event.preventDefault();
  event.stopPropagation();
  trigger("click", { cite: link.getAttribute("href").slice(1) });
}, true);
watch("value", () => {
  const mark = element.querySelector("mark.chosen");
  if (!mark) return;
  const pane = element.closest("#article-pane") || element;
  pane.scrollTop += mark.getBoundingClientRect().top - pane.getBoundingClientRect().top - 80;
  if (window.innerWidth < 900) mark.scrollIntoView({ block: "center" });
  mark.focus({ preventScroll: true });
});
