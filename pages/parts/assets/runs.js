// Draws the page of runs, and asks the server now and then how they stand. run_card.js stands above this in one module.
const seats = new WeakMap()
const SLOW = 10 // seconds until the next question where the server did not say
const PATIENCE = 20 // seconds that an answer is waited for

// ---- the page

function fill(seat, list, runs) {
  const wanted = new Set(runs.map((run) => run.id))
  for (const node of [...list.children]) if (!wanted.has(node.run.id)) node.remove()
  const known = new Map([...list.children].map((node) => [node.run.id, node]))
  let next = list.firstElementChild
  for (const run of runs) {
    const node = known.get(run.id) ?? card(seat, run)
    dress(seat, node, run)
    if (node === next) next = next.nextElementSibling
    else list.insertBefore(node, next)
  }
  list.hidden = !runs.length
}

function draw(seat, board) {
  const { find } = seat
  const before = seat.board
  seat.board = board
  Object.assign(seat, { show: board.show, page: board.page })
  const standing = [...board.standing.map((words) => make("b", "", words)), ...(board.left ? [board.left] : [])]
  const said = [...board.standing, board.left].join("|")
  if (find(".standing").dataset.said !== said) {
    find(".standing").dataset.said = said
    find(".standing").replaceChildren(...standing.flatMap((words, place) => (place ? [" · ", words] : [words])))
  }
  warn(find(".problem"), board.problem)
  offer(seat, board.tools)
  fill(seat, find(".at-work"), board.at_work)
  for (const choice of seat.root.querySelectorAll("input")) choice.checked = choice.value === board.show
  write(find(".heading"), board.heading)
  write(find(".none"), board.none)
  fill(seat, find(".rows"), board.rows)
  leaf(seat, board)
  if (before?.moving && !board.moving) write(find(".said"), "Nothing waits any more, and nothing is at work.")
  else if (before && board.failed > before.failed) write(find(".said"), "A run has failed.")
}

function warn(node, sentence) {
  write(node.lastElementChild, sentence ?? "")
  node.hidden = !sentence
}

function offer(seat, tools) {
  const box = seat.find(".tools")
  const offered = JSON.stringify(tools)
  if (box.dataset.offered === offered) return
  box.dataset.offered = offered
  const held = seat.root.activeElement?.dataset.act
  box.replaceChildren(...tools.map((tool) => {
    const node = button("tool", tool.label, tool.icon, (pressed) => {
      pressed.setAttribute("aria-disabled", "true")
      seat.tell({ act: tool.act })
    })
    node.dataset.act = tool.act
    return node
  }))
  const heir = held && ([...box.children].find((node) => node.dataset.act === held) ?? box.firstElementChild)
  if (heir) heir.focus()
}

// The pages: the first, the last, and those around the one that is shown.
function leaf(seat, { page, pages }) {
  const box = seat.find(".pages")
  box.hidden = pages < 2
  if (box.dataset.told === `${page}/${pages}`) return
  box.dataset.told = `${page}/${pages}`
  const held = box.contains(seat.root.activeElement)
  const near = [...Array(pages).keys()].map((each) => each + 1)
    .filter((each) => pages < 8 || each === 1 || each === pages || Math.abs(each - page) < 2)
  const turn = (to, name, words) => {
    const node = make("button", "page", words)
    node.type = "button"
    node.disabled = to < 1 || to > pages
    node.setAttribute("aria-label", name)
    node.onclick = () => choose(seat, seat.show, to)
    return node
  }
  const [back, on] = [turn(page - 1, "Previous page"), turn(page + 1, "Next page")]
  back.append(icon("chevron_left"))
  on.append(icon("chevron_right"))
  const numbers = near.flatMap((each, place) => {
    const node = turn(each, `Page ${each}`, String(each))
    if (each === page) node.setAttribute("aria-current", "page")
    return place && each - near[place - 1] > 1 ? [make("span", "gap", "…"), node] : [node]
  })
  box.replaceChildren(back, ...numbers, on)
  if (held) box.querySelector("[aria-current]")?.focus()
}

function choose(seat, show, page) {
  Object.assign(seat, { show, page, tag: "" })
  noteInAddress(show, page)
  ask(seat)
}

// The choice stands in the address, so that a reload and a link lead to it; pages/runs.py reads it there.
function noteInAddress(show, page) {
  const here = new URL(location.href)
  for (const [name, value, usual] of [["runs_show", show, "all"], ["runs_page", String(page), "1"]]) {
    if (value === usual) here.searchParams.delete(name)
    else here.searchParams.set(name, value)
  }
  history.replaceState(history.state, "", here)
}

// ---- asking

async function ask(seat) {
  clearTimeout(seat.timer)
  seat.asking?.abort()
  if (document.hidden) return
  const asking = (seat.asking = new AbortController())
  const late = setTimeout(() => asking.abort(), 1000 * PATIENCE)
  let wait = SLOW
  try {
    const wanted = { show: seat.show, page: seat.page, who: seat.who, have: seat.tag }
    const answer = await get(seat, seat.data.path, wanted, asking.signal)
    const told = await answer.json()
    if (seat.asking !== asking) return
    wait = Number(answer.headers.get("X-Ask-In")) || SLOW
    if (told.problem) warn(seat.find(".away"), `What you see is of a moment ago. ${told.problem}`)
    else hear(seat, told)
  } catch {
    if (seat.asking !== asking) return
    warn(seat.find(".away"), "What you see is of a moment ago. The server does not answer.")
  } finally {
    clearTimeout(late)
  }
  seat.timer = setTimeout(() => ask(seat), 1000 * wait * (0.9 + 0.2 * Math.random()))
}

function hear(seat, told) {
  warn(seat.find(".away"), "")
  seat.ahead = told.now - Date.now() / 1000
  seat.tag = told.tag
  for (const node of seat.root.querySelectorAll("[aria-disabled]")) node.removeAttribute("aria-disabled")
  if (told.board) draw(seat, told.board)
}

function sit(root, data) {
  const find = (name) => root.querySelector(name)
  const seat = { root, find, data, show: "all", page: 1, tag: "", ahead: 0, open: new Set() }
  seat.who = [...crypto.getRandomValues(new Uint8Array(9))].map((each) => each.toString(36)).join("")
  const here = location.pathname.replace(/\/+$/, "")
  seat.base = here.slice(0, here.lastIndexOf("/"))
  for (const label of root.querySelectorAll(".choice label")) label.remove()
  for (const [value, words] of data.choices) {
    const [label, input] = [make("label"), make("input")]
    Object.assign(input, { type: "radio", name: "show", value, checked: value === seat.show })
    input.onchange = () => choose(seat, value, 1)
    label.append(input, make("span", "", words))
    find(".choice").append(label)
  }
  seat.wake = () => document.hidden || ask(seat)
  document.addEventListener("visibilitychange", seat.wake)
  seat.ticking = setInterval(() => {
    for (const node of root.querySelectorAll(".card")) age(seat, node)
  }, 1000)
  return seat
}

export default function ({ data, parentElement, setTriggerValue }) {
  const fresh = !seats.has(parentElement)
  if (fresh) seats.set(parentElement, sit(parentElement, data))
  const seat = seats.get(parentElement)
  seat.data = data
  seat.tell = (act) => setTriggerValue("act", act)
  if (fresh) hear(seat, data.first)
  else if (seat.heard !== data.at) ask(seat)
  if (fresh) seat.timer = setTimeout(() => ask(seat), 1000 * data.pace)
  seat.heard = data.at
  return () => {
    clearTimeout(seat.timer)
    clearInterval(seat.ticking)
    seat.asking?.abort()
    document.removeEventListener("visibilitychange", seat.wake)
    seats.delete(parentElement)
  }
}
