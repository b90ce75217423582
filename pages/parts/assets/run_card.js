// Draws one run. Everything from it is set with textContent: nothing in it can become markup. What a person does goes
// to the server through Streamlit (seat.tell). runs.js stands below this in one module.
const make = (tag, className, text) => {
  const node = document.createElement(tag)
  if (className) node.className = className
  if (text) node.textContent = text
  return node
}

const write = (node, text) => {
  if (node.textContent !== text) node.textContent = text
}

const icon = (name) => {
  const node = make("span", "icon", name)
  node.setAttribute("aria-hidden", "true")
  node.translate = false
  return node
}

const button = (className, label, symbol, onclick) => {
  const node = make("button", className)
  node.type = "button"
  node.append(icon(symbol), make("span", "", label))
  node.onclick = () => node.getAttribute("aria-disabled") || onclick(node)
  return node
}

const get = (seat, path, wanted, signal) =>
  fetch(`${seat.base}${path}?${new URLSearchParams(wanted)}`, { headers: { "X-Aftercall-Pass": seat.data.pass }, signal })

// ---- moments and durations as people say them, as pages/parts/times.py has them

const span = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds))
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}

const format = (options) => {
  const made = new Intl.DateTimeFormat("en-US", options)
  return (date) => made.format(date).replace(/\u202f/g, " ")
}
const time = format({ hour: "numeric", minute: "2-digit" })
const day = format({ month: "short", day: "numeric", year: "numeric" })

function ago(at, now) {
  const passed = now - at
  if (passed < 60) return "just now"
  if (passed < 3600) return `${Math.floor(passed / 60)} min ago`
  const then = new Date(1000 * at)
  const midnight = new Date(1000 * now).setHours(0, 0, 0, 0)
  if (then >= midnight) return `today, ${time(then)}`
  if (then >= new Date(midnight).setDate(new Date(midnight).getDate() - 1)) return `yesterday, ${time(then)}`
  return day(then)
}

// ---- one run

const ACTS = {
  running: ["cancel", "Cancel", "close"],
  queued: ["cancel", "Cancel", "close"],
  paused: ["cancel", "Cancel", "close"],
  failed: ["try_again", "Try again", "refresh"],
  cancelled: ["try_again", "Try again", "refresh"],
}

function card(seat, run) {
  const node = make("li", "card")
  const [words, badge, steps] = [make("div", "words"), make("span", "badge"), make("ul", "steps")]
  const [head, title, about] = [make("div", "head"), make("b", "title"), make("div", "about")]
  const [error, note, line] = [make("div", "error"), make("div", "note"), make("div", "line")]
  const [track, clock, agents] = [make("div", "track"), make("span", "clock"), make("button", "agents")]
  const [folded, costs] = [make("div", "folded"), make("ul", "steps costs")]
  folded.id = `agents-${run.id}`
  costs.hidden = true
  folded.append(steps, costs)
  agents.type = "button"
  agents.append(make("span", "", "Agents"), icon("expand_more"))
  agents.setAttribute("aria-controls", folded.id)
  agents.onclick = () => {
    seat.open.has(run.id) ? seat.open.delete(run.id) : seat.open.add(run.id)
    unfold(seat, node)
  }
  track.setAttribute("role", "img")
  line.append(track, clock)
  const called = make("div", "called")
  called.append(title, " ", badge)
  words.append(called, about, error, note)
  head.append(words, agents)
  node.append(head, line, folded)
  node.parts = { head, badge, title, about, error, note, line, track, clock, agents, folded, steps, costs, act: null, can: "" }
  return node
}

function dress(seat, node, run) {
  const parts = node.parts
  node.run = run
  write(parts.title, run.title)
  if (parts.badge.dataset.state !== run.state) {
    const [words, colour, symbol] = seat.data.states[run.state]
    parts.badge.className = `badge ${colour}`
    parts.badge.dataset.state = run.state
    parts.badge.replaceChildren(icon(symbol), words)
  }
  for (const name of ["error", "note"]) {
    write(parts[name], run[name] ?? "")
    parts[name].hidden = !run[name]
  }
  follow(seat, node)
  act(seat, node)
  parts.agents.hidden = !run.steps.length
  parts.agents.setAttribute("aria-label", `Agents: ${run.title}`)
  unfold(seat, node)
  age(seat, node)
}

// The agents' pieces of a run at work.
function follow(seat, node) {
  const { line, track } = node.parts
  const { run } = node
  line.hidden = run.state !== "running"
  if (line.hidden) return
  while (track.childElementCount > run.steps.length) track.lastElementChild.remove()
  while (track.childElementCount < run.steps.length) track.append(make("span"))
  run.steps.forEach((step, position) => {
    const piece = track.children[position]
    if (piece.className !== step.state) piece.className = step.state
    piece.title = `${step.agent}: ${seat.data.steps[step.state][2]}`
  })
  track.setAttribute("aria-label", run.summary)
}

// The button of a run, or the way to its call.
function act(seat, node) {
  const { head, act: before, can } = node.parts
  const { run } = node
  const [name, label, symbol] = run.call ? ["open", "Open call", "arrow_forward"] : ACTS[run.state] ?? [""]
  if (can !== name + (run.call ?? "")) {
    const held = before && before === before.getRootNode().activeElement
    before?.remove()
    const made = !name ? null : run.call ? way(seat, run, label, symbol) : button("do", label, symbol, (pressed) => {
      pressed.setAttribute("aria-disabled", "true")
      seat.tell({ act: name, run: run.id })
    })
    if (made) head.append(made)
    if (held) (made ?? node.parts.agents).focus()
    Object.assign(node.parts, { act: made, can: name + (run.call ?? "") })
  }
  node.parts.act?.setAttribute("aria-label", `${label}: ${run.title}`)
}

function way(seat, run, label, symbol) {
  const link = make("a", "do")
  link.append(make("span", "", label), icon(symbol))
  link.href = `${seat.base}/calls?${new URLSearchParams({ call: run.call })}`
  link.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    seat.tell({ act: "open", call: run.call })
  }
  return link
}

// The agents' lines, where somebody unfolded them.
function unfold(seat, node) {
  const { agents, folded, steps } = node.parts
  const { run } = node
  const open = seat.open.has(run.id) && run.steps.length > 0
  agents.setAttribute("aria-expanded", String(open))
  folded.hidden = !open
  if (!open) return
  while (steps.childElementCount > run.steps.length) steps.lastElementChild.remove()
  run.steps.forEach((step, position) => {
    const line = steps.children[position] ?? steps.appendChild(make("li"))
    if (!line.childElementCount) line.append(icon(""), make("span", "agent"), make("span", "how"))
    const [symbol, colour] = seat.data.steps[step.state]
    line.children[0].className = `icon ${colour}`
    write(line.children[0], symbol)
    write(line.children[1], step.agent)
    write(line.children[2], step.words)
  })
  reckon(seat, node)
}

// What language models took for the run: asked for where its agents are unfolded and have gone on.
async function reckon(seat, node) {
  const { costs } = node.parts
  const { run } = node
  const far = run.steps.map((step) => step.state + step.words).join("|")
  if (costs.dataset.far === far) return
  costs.dataset.far = far
  try {
    const told = await get(seat, seat.data.costs, { run: run.id }).then((answer) => answer.json())
    if (costs.dataset.far !== far || !told.lines) return
    const lines = [{ agent: "Language models", words: told.summed }, ...told.lines].map(({ agent, words }) => {
      const line = make("li")
      line.append(icon("smart_toy"), make("span", "agent", agent), make("span", "how", words))
      return line
    })
    costs.replaceChildren(...lines)
    costs.hidden = !told.lines.length
  } catch {
    costs.dataset.far = "" // the next look asks again
  }
}

// What alters by time alone.
function age(seat, node) {
  const { about, clock } = node.parts
  const { run } = node
  const now = Date.now() / 1000 + seat.ahead
  if (run.state !== "running") return write(about, [...run.before, ago(run.at, now), run.actor].join(" · "))
  write(about, run.said)
  return write(clock, run.began == null ? "" : span(now - run.began))
}
