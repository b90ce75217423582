// The ways out of an e-mail. A click hands the boxes' words to the server, which saves, checks and keeps them; what it
// gives back, and nothing else, is what leaves.

const places = new WeakMap();

function placeOf(element) {
  if (!places.has(element)) places.set(element, { asked: null, ready: null, timer: 0 });
  return places.get(element);
}

function live(field, fallback) {
  const box = document.querySelector(`.st-key-${CSS.escape(field)} :is(textarea, input)`);
  return box ? box.value : fallback;
}

function inBoxes(data) {
  return { subject: live(data.subjectField, data.subject), body: live(data.bodyField, data.body) };
}

function same(one, other) {
  return one.subject === other.subject && one.body === other.body;
}

async function byTextarea(words) {
  const area = document.createElement("textarea");
  area.value = words;
  area.style.cssText = "position:fixed;opacity:0";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

async function toClipboard(words) {
  if (navigator.clipboard && window.isSecureContext) {
    try { await navigator.clipboard.writeText(words); return true; } catch { /* the older way below */ }
  }
  return byTextarea(words);
}

// The clipboard is asked for at the click itself, so that it waits however long the check takes.
function askClipboard(asked) {
  if (!window.isSecureContext || !navigator.clipboard?.write || !window.ClipboardItem) return;
  const words = new Promise((resolve, reject) => Object.assign(asked, { resolve, reject }));
  const item = words.then((text) => new Blob([text], { type: "text/plain" }));
  asked.written = navigator.clipboard.write([new ClipboardItem({ "text/plain": item })]).then(() => true, () => false);
}

async function copied(asked, words) {
  if (asked.resolve) {
    asked.resolve(words);
    if (await asked.written) return true;
  }
  return toClipboard(words);
}

function byLink(address, name) {
  const link = document.createElement("a");
  link.href = address;
  if (name) link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}

function openMail(answer) {
  if (navigator.userActivation && !navigator.userActivation.isActive) return false;
  byLink(answer.mailto);
  return true;
}

function download(answer) {
  const bytes = Uint8Array.from(atob(answer.eml), (letter) => letter.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type: "message/rfc822" }));
  byLink(address, "follow-up.eml");
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  return true;
}

// How long an answer may wait for the second press that some browsers want; after that the server is asked again.
const READY_MS = 60_000;

const DONE = { copy: "Copied ✓", subject: "Copied ✓", mailto: "Opened ✓", eml: "Downloaded ✓" };

async function leave(element, asked, answer) {
  const place = placeOf(element);
  const done = asked.way === "mailto" ? openMail(answer)
    : asked.way === "eml" ? download(answer)
    : await copied(asked, asked.way === "subject" ? answer.subject : answer.body);
  const words = { subject: answer.subject, body: answer.body };
  place.ready = done ? null : { way: asked.way, answer, words, until: Date.now() + READY_MS };
  const button = element.querySelector(`[data-way=${asked.way}]`);
  const label = button.dataset.label;
  show(element, asked.way, done ? DONE[asked.way] : "Ready: press again", done ? 2500 : 0);
  const kept = asked.way === "subject" ? "saved; the e-mail itself did not leave." : "saved and kept as sent.";
  say(element, done ? `${label}: ${DONE[asked.way].replace(" ✓", "").toLowerCase()}, ${kept}`
    : `${label}: saved and checked. Press again, the browser wants one more press.`);
}

function show(element, way, words, forMs) {
  const place = placeOf(element);
  const button = element.querySelector(`[data-way=${way}]`);
  clearTimeout(place.timer);
  place.shown = { way, words };
  button.textContent = words;
  if (forMs) place.timer = setTimeout(() => { place.shown = null; button.textContent = button.dataset.label; }, forMs);
}

function rest(element) {
  placeOf(element).shown = null;
  for (const button of element.querySelectorAll("button")) button.textContent = button.dataset.label;
}

function say(element, words) {
  element.querySelector(".status").textContent = words;
}

function press(element, way, component) {
  const { data, setTriggerValue } = component;
  const place = placeOf(element);
  const words = inBoxes(data);
  if (data.why && same(words, data)) return say(element, data.why);
  if (!data.why && place.ready?.way === way && Date.now() < place.ready.until && same(words, place.ready.words)) {
    return leave(element, { way }, place.ready.answer);
  }
  if (place.asked?.reject) place.asked.reject(new Error("asked again"));
  place.asked = { nonce: `${Date.now()}-${Math.random().toString(36).slice(2)}`, way };
  if (way === "copy" || way === "subject") askClipboard(place.asked);
  show(element, way, "Checking…", 0);
  say(element, "Saving and checking.");
  setTriggerValue("asked", { nonce: place.asked.nonce, way, ...words });
}

function take(element, answer) {
  const asked = placeOf(element).asked;
  if (!answer || !asked || asked.nonce !== answer.nonce) return;
  placeOf(element).asked = null;
  if (answer.ok) return leave(element, asked, answer);
  if (asked.reject) asked.reject(new Error("not to leave"));
  rest(element);
  say(element, answer.why);
}

function draw(element, data) {
  const words = `${data.subject}\0${data.body}`;
  if (placeOf(element).drawn !== words && !placeOf(element).asked) say(element, "");
  placeOf(element).drawn = words;
  const shown = placeOf(element).shown;
  for (const button of element.querySelectorAll("button")) {
    button.textContent = shown?.way === button.dataset.way ? shown.words : button.dataset.label;
    button.setAttribute("aria-disabled", String(Boolean(data.why)));
    button.classList.toggle("primary", button.dataset.way === "copy" && data.primary && !data.why);
  }
  element.querySelector(".why").textContent = data.why;
}

export default function (component) {
  const element = component.parentElement;
  draw(element, component.data);
  take(element, component.data.answer);
  for (const button of element.querySelectorAll("button")) {
    button.onclick = () => press(element, button.dataset.way, component);
  }
}
