// The article pane: when an article has come, its chosen mark is scrolled to and focused, as soon
// as its tab is the one that is seen.
function reach(tries) {
  const mark = element.querySelector("mark.chosen");
  if (!mark) return;
  if (!mark.offsetParent && tries > 0) { setTimeout(() => reach(tries - 1), 50); return; }
  const pane = element.closest("#article-pane") || element;
  pane.scrollTop += mark.getBoundingClientRect().top - pane.getBoundingClientRect().top - 96;
  if (window.innerWidth < 900) mark.scrollIntoView({ block: "center" });
  mark.focus({ preventScroll: true });
}
watch("value", () => reach(40));
// The tab may be drawn only once it is first seen: the article is then there already.
reach(40);
