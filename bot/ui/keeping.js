// The visitor's conversations: kept in this browser, or by the server for it. Whatever stands in
// them is written as text, never as markup.
const MOST = 100;
const MOST_CHARACTERS = 4_000_000;
const NO_ROOM = "This browser has no room to keep the conversation: save it as a file.";
let mode = "off";
let space = "articles";
let entries = [];
let left = ""; // The conversation that was left: what is still kept of it does not bring it back.

const bodyKey = (id) => `${space}.conversation.${id}`;
const current = (id) => {
  // Of this tab alone: a reload goes on with it, another tab begins anew.
  if (id) sessionStorage.setItem(`${space}.current`, id);
  else sessionStorage.removeItem(`${space}.current`);
};
const send = (event, wish) => trigger(event, { wish: JSON.stringify(wish) });

function readEntries() {
  try {
    const read = JSON.parse(localStorage.getItem(`${space}.index`) || "[]");
    return Array.isArray(read) ? read.filter((each) => each && typeof each.id === "string") : [];
  } catch (damaged) {
    return [];
  }
}
function writeEntries(list) {
  localStorage.setItem(`${space}.index`, JSON.stringify(list));
  entries = list;
}
function readBody(id) {
  try {
    return JSON.parse(localStorage.getItem(bodyKey(id)));
  } catch (damaged) {
    return null;
  }
}

// What is told is seen under the conversation, and spoken.
function tell(text) {
  element.replaceChildren();
  if (!text) return;
  const line = document.createElement("p");
  line.setAttribute("role", "status");
  line.textContent = text;
  element.append(line);
}

// Keep a conversation, and drop the oldest ones while there are too many or they do not fit; if it
// does not fit even so, none is dropped. If what is kept has answers that are not known here, it went
// on in another tab: then both are kept, and that is told.
function put(conversation, knownHere, toldApart) {
  const list = readEntries();
  const there = readBody(conversation.id);
  const apart = Boolean(there) && there.exchanges.some((each) => !knownHere.includes(each.id));
  if (apart) conversation.id = randomHex(16);
  const known = list.find((each) => each.id === conversation.id);
  if (known) conversation.title = known.title;
  const body = JSON.stringify(conversation);
  if (body.length > MOST_CHARACTERS) { tell(NO_ROOM); return; }
  const { id, title, changed } = conversation;
  const others = list.filter((each) => each.id !== id);
  others.sort((one, other) => (one.changed < other.changed ? 1 : -1));
  const kept = [{ id, title, changed, questions: conversation.exchanges.length, size: body.length },
    ...others];
  const before = new Map([[bodyKey(id), localStorage.getItem(bodyKey(id))]]);
  const drop = () => {
    const key = bodyKey(kept.pop().id);
    before.set(key, localStorage.getItem(key));
    localStorage.removeItem(key);
  };
  const size = () => kept.reduce((sum, each) => sum + (each.size || 0), 0);
  while (kept.length > 1 && (kept.length > MOST || size() > MOST_CHARACTERS)) drop();
  for (;;) {
    try {
      localStorage.setItem(bodyKey(id), body);
      writeEntries(kept);
      break;
    } catch (full) {
      if (kept.length < 2) {
        for (const [key, text] of before) putBack(key, text);
        tell(NO_ROOM);
        return;
      }
      drop();
    }
  }
  if (id !== left) current(id);
  const dropped = before.size - 1;
  tell(dropped ? `${dropped} of the oldest conversations dropped to make room.` : "");
  if (apart) {
    send("click", { conversation });
    tell(toldApart);
  }
}

function putBack(key, text) {
  if (text === null) localStorage.removeItem(key);
  else localStorage.setItem(key, text);
}

function rename(id, title) {
  if (mode === "sqlite") { send("input", { act: "rename", id, title }); return; }
  const list = readEntries();
  const entry = list.find((each) => each.id === id);
  const body = readBody(id);
  if (!entry || !body) return;
  entry.title = title;
  localStorage.setItem(bodyKey(id), JSON.stringify({ ...body, title }));
  writeEntries(list);
  draw();
}

function remove(id) {
  if (sessionStorage.getItem(`${space}.current`) === id) begin();
  if (mode === "sqlite") { send("input", { act: "delete", id }); return; }
  localStorage.removeItem(bodyKey(id));
  writeEntries(readEntries().filter((each) => each.id !== id));
  draw();
}

function begin() {
  left = sessionStorage.getItem(`${space}.current`) || "";
  current("");
  history.replaceState(null, "", location.pathname + location.search);
  send("click", { new: true });
}

// The wish for a conversation, or for the one with an answer; null if this browser has none such.
function wishFor({ id = "", answer = "" }) {
  if (mode === "sqlite") return { id, answer };
  const mark = `"id":"${answer}"`;
  const found = answer
    ? readEntries().find((each) => (localStorage.getItem(bodyKey(each.id)) || "").includes(mark))
    : { id };
  const conversation = found && readBody(found.id);
  return conversation ? { conversation, answer } : null;
}
const linkedAnswer = () => {
  const match = /^#answer-([0-9a-f]{32})$/.exec(location.hash);
  return match ? match[1] : "";
};
const NOT_HERE = "The answer that this link names is not kept in this browser: "
  + "it was deleted, or asked in another one.";

async function openLinked() {
  const answer = linkedAnswer();
  if (!answer) return;
  if (window.answers.has(answer)) { window.answers.show(answer); return; }
  const wish = mode === "off" ? null : wishFor({ answer });
  if (wish) send("click", wish);
  else tell(NOT_HERE);
}

// When the page opens: what it wishes to have open, as the server's ``open`` understands it.
function start(greeting) {
  const { mode: where, user } = JSON.parse(greeting);
  mode = where;
  if (user) space = `articles.${encodeURIComponent(user)}`;
  let secret = "";
  let wish = null;
  try {
    entries = mode === "browser" ? readEntries() : [];
    if (mode === "sqlite") secret = secretOf();
    const id = sessionStorage.getItem(`${space}.current`) || "";
    const answer = linkedAnswer();
    if (mode !== "off" && (answer || id)) wish = wishFor(answer ? { answer } : { id });
    if (answer && !wish) tell(NOT_HERE);
  } catch (blocked) {
    mode = "off";
    tell("This browser keeps nothing for pages: the conversation ends with the page.");
  }
  return [location.origin + location.pathname, secret, wish ? JSON.stringify(wish) : ""];
}
function randomHex(count) {
  const bytes = crypto.getRandomValues(new Uint8Array(count));
  return [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
}
function secretOf() {
  const key = "articles.secret";
  if (!localStorage.getItem(key)) {
    localStorage.setItem(key, randomHex(32));
  }
  return localStorage.getItem(key);
}

// A word from the server (bot/ui/keeping_pane.py).
function hear(word) {
  if (!word) return;
  const said = JSON.parse(word);
  if (said.put && mode === "browser") put(said.put, said.known, said.apart);
  if (said.answer !== undefined) left = "";
  if (said.current !== undefined && (!left || said.current !== left)) current(said.current);
  if (said.entries) { entries = said.entries; draw(); }
  if (said.told !== undefined) tell(said.told);
  if (said.answer) window.answers.show(said.answer);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest && event.target.closest("#open-kept, #new-conversation");
  if (!button) return;
  if (button.id === "open-kept") openList();
  else begin();
});
window.addEventListener("hashchange", openLinked);
window.kept = { start, hear };
