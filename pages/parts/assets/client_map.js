// Draws the map of a household. Everything from a call is set with textContent: nothing in it can become markup.
const seats = new WeakMap();
const SVG = "http://www.w3.org/2000/svg";
const LEGEND = [["said", "said, with its quotes"], ["hollow", "not asked yet"], ["claimed", "claimed, no words stand for it"]];

const element = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};

function button(seat, told) {
  const node = element("button", `node ${told.kind}`);
  node.type = "button";
  node.dataset.id = told.id;
  node.append(element("span", "label", told.label), " ", element("span", "words", told.words));
  if (told.disagrees) node.append(" ", element("span", "mark", "calls disagree"));
  node.onclick = () => pick(seat, told);
  return node;
}

function pick(seat, told) {
  seat.find(".told").textContent = `${told.label}: what was said is shown.`;
  seat.tell(told.id);
  const panel = document.querySelector(`.st-key-${CSS.escape(seat.data.panel)}`);
  if (!panel || getComputedStyle(seat.find(".lines")).display !== "none") return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  panel.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "start" });
}

function draw(seat) {
  const { find, data } = seat;
  find(".hub").textContent = data.hub;
  for (const side of ["left", "right"]) {
    find(`.${side}`).replaceChildren(...data.groups.filter((group) => group.side === side).map((group) => {
      const box = element("div", "group");
      const list = element("ul");
      for (const told of group.nodes) {
        const item = element("li");
        item.append(button(seat, told));
        list.append(item);
      }
      list.setAttribute("aria-label", group.name);
      box.append(element("h3", "", group.name), list);
      return box;
    }));
  }
  find(".legend").replaceChildren(...LEGEND.filter(([kind]) => kind !== "claimed" || data.claimed).map(([kind, words]) => {
    const item = element("li", kind);
    item.append(element("i"), words);
    return item;
  }));
}

// A line from the hub's nearer edge to each node's.
function join(seat) {
  const lines = seat.find(".lines");
  const frame = lines.getBoundingClientRect();
  const hub = seat.find(".hub").getBoundingClientRect();
  const paths = [...seat.root.querySelectorAll(".node")].map((node) => {
    const box = node.getBoundingClientRect();
    const left = box.left < hub.left;
    const from = { x: (left ? hub.left : hub.right) - frame.left, y: hub.top + hub.height / 2 - frame.top };
    const to = { x: (left ? box.right : box.left) - frame.left, y: box.top + box.height / 2 - frame.top };
    const middle = (from.x + to.x) / 2;
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", node.classList[1]);
    path.setAttribute("d", `M${from.x},${from.y} C${middle},${from.y} ${middle},${to.y} ${to.x},${to.y}`);
    return path;
  });
  lines.replaceChildren(...paths);
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  let seat = seats.get(parentElement);
  if (!seat) {
    seat = { root: parentElement, find: (name) => parentElement.querySelector(name) };
    seat.watch = new ResizeObserver(() => join(seat));
    seats.set(parentElement, seat);
  }
  seat.data = data;
  seat.tell = (id) => setTriggerValue("picked", id);
  const stamp = JSON.stringify([data.hub, data.groups]);
  if (seat.stamp !== stamp) {
    seat.stamp = stamp;
    draw(seat);
  }
  for (const node of parentElement.querySelectorAll(".node")) {
    node.setAttribute("aria-pressed", String(node.dataset.id === data.chosen));
  }
  seat.watch.observe(seat.find(".map"));
  requestAnimationFrame(() => join(seat));
  return () => seat.watch.disconnect();
}
