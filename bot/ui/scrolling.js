// The start of the newest question and its answer stays in view while the answer grows, until one
// scrolls away from it; what may be asked next is put under the answer that it belongs to.
let questions = 0;
let held = null;

const scroller = () => document.querySelector("#conversation .message-wrap")?.parentElement;

function hold() {
  const box = scroller();
  if (!box) return;
  const rows = box.querySelectorAll(".user-row");
  if (rows.length !== questions) {
    held = rows.length > questions ? rows[rows.length - 1] : null;
    questions = rows.length;
  }
  offerNext();
  if (held && !held.isConnected) held = rows[rows.length - 1] || null;
  if (held) box.scrollTop += held.getBoundingClientRect().top - box.getBoundingClientRect().top;
}
// Parts are drawn one by one: this one may be there before them.
function whenDrawn(place, then) {
  const part = document.querySelector(place);
  if (part) then(part);
  else setTimeout(() => whenDrawn(place, then), 100);
}
whenDrawn("#conversation", (part) => {
  new MutationObserver(hold).observe(part, { childList: true, subtree: true, characterData: true });
  for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    part.addEventListener(kind, () => { held = null; }, { passive: true });
  }
});

const answerOf = (id) => {
  const act = document.querySelector(`#conversation a.act[href="#do-copy-${CSS.escape(id)}"]`);
  return act && act.closest(".answer");
};

// The page may draw an answer again at any time: what was put under it is put there again.
function offerNext() {
  const rows = document.querySelectorAll("#conversation .message-row");
  const last = rows.length ? rows[rows.length - 1].querySelector(".answer") : null;
  const offered = document.querySelector("#next [data-for]");
  const fits = last && offered && answerOf(offered.dataset.for) === last;
  for (const old of document.querySelectorAll("#conversation .next")) {
    if (!fits || old.parentElement !== last || old.innerHTML !== offered.innerHTML) old.remove();
  }
  if (!fits || last.querySelector(".next")) return;
  const place = document.createElement("div");
  place.className = "next";
  place.innerHTML = offered.innerHTML;
  last.append(place);
}

// An answer that was linked to: shown from its beginning, with its first passage beside it.
async function showAnswer(id) {
  for (let tries = 0; tries < 100 && !answerOf(id); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const answer = answerOf(id);
  if (!answer) return false;
  held = null;
  const box = scroller();
  const row = answer.closest(".bot-row") || answer;
  const asked = row.previousElementSibling || row;
  const top = asked.classList.contains("user-row") ? asked : row;
  box.scrollTop += top.getBoundingClientRect().top - box.getBoundingClientRect().top;
  const chip = answer.querySelector("a.chip");
  if (chip) chip.click();
  return true;
}
window.answers = { show: showAnswer, has: (id) => Boolean(answerOf(id)), offerNext };
