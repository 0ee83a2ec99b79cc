// The links of the page: a number opens its article, "#do-..." does something with an answer, an
// address that ends in "#cite-..." opens its passage. What the server must know goes to it as an
// event of this (empty) part; the rest happens here.
const LINKS = 'a[href^="#cite-"], a[href^="#do-"], a.act[href^="#answer-"]';
let group = [];
let opener = null;

const keyOf = (link) => link.getAttribute("href").slice(1);

// All places of the answer that the link stands in, so that one can step through them.
function groupOf(link) {
  const answer = link.closest(".answer");
  if (link.classList.contains("read")) return [];
  if (!answer) return group;
  const kind = link.classList.contains("chip") ? "a.chip" : "a.near";
  return [...new Set([...answer.querySelectorAll(kind)].map(keyOf))];
}

function openPassage(link) {
  group = groupOf(link);
  if (link.closest(".answer")) opener = link;
  history.replaceState(null, "", "#" + keyOf(link));
  trigger("click", { cite: keyOf(link), group });
}

function openAddress() {
  if (location.hash.startsWith("#cite-")) trigger("click", { cite: location.hash.slice(1), group });
}

// The answer as plain text, with an absolute link for each of its numbers.
function withSources(answer) {
  const here = location.origin + location.pathname;
  const told = new Map();
  for (const chip of answer.querySelectorAll("a.chip")) {
    told.set(chip.textContent, `${chip.textContent} ${here}${chip.getAttribute("href")}`);
  }
  const parts = ".short, .lead, .written, .conflict, .quote, .about, .refusal, .sure";
  const lines = [...answer.querySelectorAll(parts)].map((part) => part.textContent.trim());
  return [...lines, "", ...told.values()].join("\n").trim() + "\n";
}

async function copy(link, text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch (refused) {
    // Not a secure address: the old way.
    const box = document.createElement("textarea");
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
  // A second click may come while "Copied" stands there, which is no label.
  link.dataset.label ||= link.textContent;
  link.textContent = "Copied";
  clearTimeout(link.dataset.timer);
  link.dataset.timer = setTimeout(() => { link.textContent = link.dataset.label; }, 2000);
}

// The address of an answer: this page opens it again.
function linkTo(link) {
  history.replaceState(null, "", link.getAttribute("href"));
  copy(link, location.origin + location.pathname + link.getAttribute("href"));
}

function back() {
  const link = opener && opener.isConnected ? opener : document.querySelector("#question textarea");
  link.scrollIntoView({ block: "center" });
  link.focus({ preventScroll: true });
}

// What was searched, put into a box in its place: asked as it then stands.
function editSearched(link, id) {
  const line = link.closest(".searched");
  const box = document.createElement("input");
  box.value = line.querySelector(".query").textContent;
  box.setAttribute("aria-label", "Search for");
  const form = document.createElement("form");
  form.className = "search-again";
  for (const [label, act] of [["Search", send], ["Cancel", leave]]) {
    const button = document.createElement("button");
    button.type = act === send ? "submit" : "button";
    button.textContent = label;
    if (act === leave) button.addEventListener("click", leave);
    form.append(button);
  }
  form.prepend(box);
  form.addEventListener("submit", send);
  box.addEventListener("keydown", (event) => { if (event.key === "Escape") leave(); });
  line.hidden = true;
  line.after(form);
  box.focus();
  function leave() {
    form.remove();
    line.hidden = false;
    link.focus();
  }
  function send(event) {
    event.preventDefault();
    form.remove();
    line.hidden = false;
    trigger("submit", { answer: id, text: box.value });
  }
}

function act(link) {
  const [kind, name, id] = keyOf(link).split("-");
  if (kind === "answer") linkTo(link);
  else if (name === "copy") copy(link, withSources(link.closest(".answer")));
  else if (name === "back") back();
  else if (name === "list") document.querySelector('#tabs button[role="tab"]').click();
  else if (name === "about") askAbout();
  else if (name === "unabout") trigger("clear", {});
  else if (name === "search") editSearched(link, id);
  else if (name === "ask") trigger("input", { text: link.textContent });
  else trigger("like", { verdict: name, answer: id });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest(LINKS);
  // With a key held, or another button, the reader wants the link's address in a tab of its own.
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  event.stopPropagation();
  if (keyOf(link).startsWith("cite-")) openPassage(link);
  else act(link);
}, true);
window.addEventListener("hashchange", openAddress);
setTimeout(openAddress, 300);

// A number's quote, shown while it is pointed at or focused. As text: it is an article's.
const tip = document.createElement("div");
tip.id = "quote-tip";
tip.setAttribute("role", "tooltip");
tip.hidden = true;
document.body.append(tip);

function showTip(event) {
  const chip = event.target.closest && event.target.closest("a.chip");
  if (!chip) return;
  if (chip.title) {
    chip.setAttribute("aria-description", chip.title);
    chip.removeAttribute("title");
  }
  tip.textContent = chip.getAttribute("aria-description") || "";
  tip.hidden = !tip.textContent;
  const place = chip.getBoundingClientRect();
  const width = Math.min(360, window.innerWidth - 16);
  tip.style.width = width + "px";
  tip.style.left = Math.max(8, Math.min(place.left, window.innerWidth - width - 8)) + "px";
  const below = place.bottom + 8 + tip.offsetHeight < window.innerHeight;
  tip.style.top = (below ? place.bottom + 8 : place.top - tip.offsetHeight - 8) + "px";
}
function hideTip() { tip.hidden = true; }
document.addEventListener("mouseover", showTip);
document.addEventListener("focusin", showTip);
document.addEventListener("mouseout", hideTip);
document.addEventListener("focusout", hideTip);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hideTip(); });
document.addEventListener("scroll", hideTip, true);
