// Draws a dialogue. Everything from a call is set with textContent: nothing in it can become markup.
const seats = new WeakMap();

const element = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined && text !== null) node.textContent = text;
  return node;
};

// A pattern that finds words whatever the white space and case between them.
const pattern = (words) =>
  new RegExp(words.trim().split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s+"), "gi");

// Where the quotes of a turn stand in its text: [start, end, class, title], not overlapping.
function places(text, quotes) {
  const found = [];
  for (const quote of quotes) {
    if (!quote.words.trim()) continue;
    for (const match of text.matchAll(pattern(quote.words))) {
      const [start, end] = [match.index, match.index + match[0].length];
      const clash = found.find((other) => start < other.end && other.start < end);
      if (!clash) found.push({ start, end, kinds: [quote.kind], of: [quote.of] });
      else if (quote.kind !== "found") { clash.kinds.push(quote.kind); clash.of.push(quote.of); }
      if (quote.kind !== "found") break;
    }
  }
  return found.sort((one, other) => one.start - other.start);
}

function write(paragraph, text, quotes) {
  paragraph.replaceChildren();
  let at = 0;
  for (const place of places(text, quotes)) {
    paragraph.append(text.slice(at, place.start));
    const mark = element("mark", [...new Set(place.kinds)].join(" "), text.slice(place.start, place.end));
    const proven = [...new Set(place.of.filter(Boolean))];
    if (proven.length) mark.title = `Proof of: ${proven.join(", ")}`;
    paragraph.append(mark);
    at = place.end;
  }
  paragraph.append(text.slice(at));
}

function turnNode(seat, turn, number) {
  const node = element("article", "turn");
  node.dataset.side = turn.side ?? "";
  node.style.setProperty("--phase", seat.data.phases[turn.phase].fill);
  const who = element("div", "who");
  if (turn.speaker) who.append(element("b", "", turn.speaker));
  if (turn.side) who.append(element("span", "side", turn.side === "advisor" ? "Adviser" : "Client"));
  if (turn.at) who.append(element("time", "", turn.at));
  const anchor = element("a", "", `${number + 1}`);
  anchor.href = `?${new URLSearchParams({ call: seat.data.call, turn: number + 1 })}`;
  anchor.setAttribute("aria-label", `Turn ${number + 1}: put it in the address`);
  anchor.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    seat.pick(number);
  };
  who.append(anchor);
  node.append(who, element("p", "", turn.text));
  return node;
}

function draw(seat) {
  const { data, list, ribbon } = seat;
  list.replaceChildren();
  ribbon.replaceChildren();
  seat.nodes = [];
  seat.heads = [];
  let phase = null;
  const page = document.createDocumentFragment();
  data.turns.forEach((turn, number) => {
    if (data.ribbon.length && turn.phase !== phase) {
      phase = turn.phase;
      const head = element("h3", "phase");
      const dot = element("i");
      dot.style.background = data.phases[phase].fill;
      head.append(dot, element("span", "", data.phases[phase].label));
      if (turn.at) head.append(element("span", "when", turn.at));
      seat.heads.push(head);
      page.append(head);
    }
    const node = turnNode(seat, turn, number);
    seat.nodes.push(node);
    page.append(node);
  });
  if (!data.turns.length) page.append(element("p", "none", "This call has no dialogue in the record."));
  list.append(page);
  data.ribbon.forEach((part, place) => {
    const piece = element("button");
    const { label, fill } = data.phases[part.phase];
    piece.type = "button";
    piece.style.flexGrow = String(part.length);
    piece.style.background = fill;
    piece.title = part.at ? `${label}, from ${part.at}` : label;
    piece.setAttribute("aria-label", `Go to ${piece.title}`);
    piece.onclick = () => show(seat, seat.heads[place]);
    ribbon.append(piece);
  });
}

// Scrolls the list, not the page around it. Heads stick, so their place is that of the turn below them.
function show(seat, node) {
  if (!node) return;
  const list = seat.list;
  const head = node.classList.contains("phase");
  const target = head ? node.nextElementSibling : node;
  const top = target.getBoundingClientRect().top - list.getBoundingClientRect().top + list.scrollTop;
  list.scrollTop = Math.max(0, top - 44);
}

// Keeps the dialogue in sight while what stands beside it scrolls; in a narrow window nothing stands beside it.
function stay(host) {
  const place = host?.closest('[data-testid="stElementContainer"]');
  if (!place) return;
  Object.assign(place.style, { position: "sticky", top: "0.75rem", zIndex: "1" });
  place.style.background = getComputedStyle(host).getPropertyValue("--st-background-color");  // what follows slides under it
}

// Brings the dialogue into sight where a turn of it was asked for from far below or above.
function comeIntoSight(list, turn) {
  const { top, bottom } = turn.getBoundingClientRect();
  if (top < 0 || bottom > window.innerHeight) list.scrollIntoView({ block: "center" });
}

function mark(seat) {
  const { data } = seat;
  const quotes = data.turns.map(() => []);
  if (data.focusWords && data.focus !== null && quotes[data.focus]) {
    quotes[data.focus].push({ words: data.focusWords, kind: "point" });
  }
  for (const proof of data.proof) quotes[proof.turn]?.push({ words: proof.words, kind: "proof", of: proof.of });
  const sought = seat.find.value.trim();
  if (sought) quotes.forEach((list) => list.unshift({ words: sought, kind: "found" }));
  data.turns.forEach((turn, number) => {
    const wanted = JSON.stringify(quotes[number]);
    const node = seat.nodes[number];
    if (node.dataset.marks === wanted) return;
    if (quotes[number].length || node.dataset.marks) write(node.querySelector("p"), turn.text, quotes[number]);
    node.dataset.marks = wanted;
    node.classList.toggle("focus", number === data.focus);
  });
  seat.nodes.forEach((node, number) => node.classList.toggle("focus", number === data.focus));
}

function search(seat, step) {
  mark(seat);
  const found = [...seat.list.querySelectorAll("mark.found")];
  const sought = Boolean(seat.find.value.trim());
  seat.steps.forEach((button) => { button.hidden = !found.length; });
  seat.place = found.length ? (step === null ? 0 : (seat.place + step + found.length) % found.length) : 0;
  seat.count.textContent = !sought ? "" : found.length ? `${seat.place + 1} of ${found.length}` : "Not found";
  found.forEach((node, place) => node.classList.toggle("point", place === seat.place));
  if (found.length) show(seat, found[seat.place].closest(".turn"));
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  let seat = seats.get(parentElement);
  if (!seat) {
    const one = (name) => parentElement.querySelector(name);
    seat = { list: one(".turns"), ribbon: one(".ribbon"), find: one(".find"), count: one(".count"), place: 0 };
    seat.steps = [...parentElement.querySelectorAll(".step")];
    seats.set(parentElement, seat);
  }
  stay(parentElement.getRootNode().host);
  seat.pick = (number) => setTriggerValue("picked", number);
  seat.data = data;
  if (seat.stamp !== data.stamp) {
    seat.stamp = data.stamp;
    seat.focus = undefined;
    seat.find.value = "";
    seat.count.textContent = "";
    draw(seat);
  }
  seat.find.oninput = () => search(seat, null);
  seat.find.onkeydown = (event) => {
    if (event.key === "Enter") search(seat, event.shiftKey ? -1 : 1);
  };
  seat.steps.forEach((button) => { button.onclick = () => search(seat, Number(button.dataset.step)); });
  mark(seat);
  const focus = `${data.focus}:${data.focusWords}`;
  if (data.focus !== null && seat.focus !== focus) {
    requestAnimationFrame(() => {
      show(seat, seat.nodes[data.focus]);
      comeIntoSight(seat.list, seat.nodes[data.focus]);
    });
  }
  seat.focus = focus;
}
