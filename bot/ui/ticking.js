// The list of articles: which of those listed are ticked goes to the server.
element.addEventListener("change", () => {
  const boxes = [...element.querySelectorAll("input[type=checkbox]")];
  const ticked = boxes.filter((box) => box.checked).map((box) => box.value);
  trigger("input", { listed: boxes.map((box) => box.value), ticked });
});
