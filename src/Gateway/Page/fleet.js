// The fleet: what needs attention, every sensor, and what happened.
import { trace } from './charts.js'
import { buttonsFor } from './commands.js'
import { badge, logEntry, make, rebuildWhen, setText, stateBadge, timeOf } from './elements.js'
import { keyOf } from './live.js'
import { get, once } from './requests.js'
import { alarmLink, axisName, count, faults, format, nameOf, sensorLink, stateOf } from './words.js'

const rows = new Map()
const seen = new Set()
const element = id => document.getElementById(id)
const filter = element('filter')
let latest = null

// Of a thousand rows only those on the screen are kept up to date; the others are when they come into sight.
const watcher = new IntersectionObserver(entries => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) seen.delete(target.dataset.key)
    else if (latest) {
      seen.add(target.dataset.key)
      update(target, latest.byKey.get(target.dataset.key))
    }
  }
}, { rootMargin: '200px' })

filter.addEventListener('input', () => { if (latest) arrange(latest) })

export function showFleet(state) {
  latest = state
  if (state.reordered) arrange(state)
  for (const key of seen) {
    const sensor = state.byKey.get(key)
    if (sensor && (state.changed.has(key) || sensor.state === 'silent')) update(rows.get(key), sensor)
  }
  refreshSome(state)
  showHeadline(state.machines)
  showStanding(state.standing)
  showAlarms(state.alarms)
  showTotals(state.totals)
}

// The texts of the others, a few at a time: whoever searches the page or has it read aloud finds them not much older.
const rowsAtOnce = 50
let next = 0
function refreshSome(state) {
  for (let i = 0; i < rowsAtOnce && i < state.sensors.length; i++) {
    const sensor = state.sensors[next++ % state.sensors.length]
    const row = rows.get(keyOf(sensor))
    if (row && !seen.has(row.dataset.key)) write(row, sensor)
  }
}

// Puts the rows of the sensors that the filter names into their order, and only those that stand elsewhere are moved.
function arrange(state) {
  const wanted = filter.value.trim().toLowerCase().split(/\s+/).filter(Boolean)
  const shown = state.sensors.filter(sensor => {
    const text = `${keyOf(sensor)} ${stateOf(sensor).word}`.toLowerCase()
    return wanted.every(word => text.includes(word))
  })
  const body = element('sensors')
  let at = body.firstChild
  for (const sensor of shown) {
    const row = rowOf(sensor)
    if (row === at) at = at.nextSibling
    else body.insertBefore(row, at)
  }
  while (at) {
    const gone = at
    at = at.nextSibling
    gone.remove()
  }
  element('no-sensors').hidden = state.sensors.length > 0
  element('no-match').hidden = state.sensors.length === 0 || shown.length > 0
  element('sensor-count').textContent = state.sensors.length < 20 ? '' : shown.length === state.sensors.length ? count.format(shown.length) : `${count.format(shown.length)} of ${count.format(state.sensors.length)}`
}

// The style sheet makes rows of what is no table any more; the roles say that it still is one.
const cell = (attributes, ...children) => make('td', { role: 'cell', ...attributes }, ...children)

function rowOf(sensor) {
  const key = keyOf(sensor)
  let row = rows.get(key)
  if (!row) {
    row = make('tr', { role: 'row', 'data-key': key },
      cell({}, badge('', '')),
      cell({ class: 'name' }, make('a', { class: 'machine', href: sensorLink(sensor) }, sensor.machine), ' ', make('span', { class: 'part' }, axisName(sensor))),
      cell({}, make('canvas', { role: 'img' })),
      ...Array.from({ length: 4 }, () => cell({ class: 'number' })),
      cell({}),
      ...Array.from({ length: 2 }, () => cell({ class: 'number' })))
    rows.set(key, row)
    write(row, sensor)
    watcher.observe(row)
  }
  return row
}

function update(row, sensor) {
  write(row, sensor)
  trace(row.querySelector('canvas'), sensor.points, sensor.threshold)
}

function write(row, sensor) {
  const { word, tone } = stateOf(sensor)
  const state = row.querySelector('.state')
  setText(state, word)
  state.className = `state ${tone}`
  state.title = sensor.reason ?? ''
  const cells = [...row.children].slice(3)
  cells[0].title = sensor.metric
  const texts = [format(sensor.score), format(sensor.threshold), format(sensor.pValue), format(sensor.measure?.velocityRmsMmS),
    sensor.measure?.zone ?? '–', count.format(sensor.windows), count.format(sensor.alarms)]
  texts.forEach((text, k) => setText(cells[k], text))
  const canvas = row.querySelector('canvas')
  canvas.setAttribute('aria-label', `Score of ${nameOf(sensor)}: ${format(sensor.score)}, threshold ${format(sensor.threshold)}`)
}

// Green only when every machine is watched and nothing stands: no score is no good news.
function showHeadline(machines) {
  const groups = kinds.map(({ of }) => machines.filter(machine => of.includes(machine.attention)).map(({ machine }) => machine))
  const parts = kinds.flatMap(({ words }, k) => words && groups[k].length > 0 ? [`${listed(groups[k])} ${words}`] : [])
  const headline = element('headline')
  headline.className = kinds.find((kind, k) => groups[k].length > 0)?.tone ?? ''
  setText(headline, machines.length === 0 ? 'Waiting for samples'
    : parts.length === 0 ? `All ${machines.length} machines normal`
    : [...parts, `${groups.at(-1).length} of ${machines.length} machines normal`].join(', '))
}

// What a machine's attention is called, the worst first.
const kinds = [
  { of: ['alarm', 'acknowledged'], words: 'in alarm', tone: 'bad' },
  { of: ['warning'], words: 'with a warning', tone: 'warn' },
  { of: ['unwatched'], words: 'without a score to rely on', tone: '' },
  { of: ['aside'], words: 'put aside', tone: '' },
  { of: ['normal'], words: null, tone: 'good' },
]

const listed = names => names.length > 4 ? `${count.format(names.length)} machines` : names.join(', ')

const diagnosisOf = alarm => alarm.diagnosis && alarm.diagnosis !== 'undetermined' ? make('strong', {}, faults[alarm.diagnosis] ?? alarm.diagnosis) : null

function showStanding(standing) {
  element('standing-section').hidden = standing.length === 0
  rebuildWhen(element('standing'), standing.map(alarm => alarm.id + alarm.to + alarm.diagnosis), () => standing.slice(0, 50).map(alarm => make('li', {},
    stateBadge(alarm),
    make('a', { href: alarmLink(alarm) }, nameOf(alarm)),
    make('span', {}, `${alarm.rule}, `, timeOf(alarm.time)),
    diagnosisOf(alarm),
    make('span', { class: 'buttons' }, ...buttonsFor(alarm)))))
}

function showAlarms(transitions) {
  // So many came that the older ones no longer follow: they are asked for anew.
  if (anchor !== null && !transitions.some(transition => transition.id === anchor)) {
    older.replaceChildren()
    before = anchor = null
  }
  element('no-alarms').hidden = transitions.length > 0
  rebuildWhen(element('alarms'), transitions.map(transition => transition.id + transition.diagnosis), () => transitions.slice(0, endOfLog(transitions)).map(entryOf))
  if (before === null) more.hidden = transitions.length < alarmsShown
}

// Beyond what the stream brings, the store is asked, a page at a time.
const alarmsShown = 50
const more = element('more-alarms'), older = element('older')
let before = null, anchor = null

// Once older ones are shown, the log goes on down to where they begin: none may be missing between.
const endOfLog = transitions => anchor === null ? alarmsShown : transitions.findIndex(transition => transition.id === anchor) + 1
more.addEventListener('click', () => once(more, async () => {
  anchor ??= latest.alarms[Math.min(alarmsShown, latest.alarms.length) - 1].id
  const from = anchor
  const page = await get(`api/v1/alarms?limit=${alarmsShown}&before=${before ?? anchor}`)
  if (anchor !== from) return
  older.append(...page.map(entryOf))
  before = page.at(-1)?.id ?? before
  more.hidden = page.length < alarmsShown
}))

const entryOf = transition => logEntry(transition, diagnosisOf(transition))

const totalNames = { messages: 'Messages', dropped: 'Dropped', windows: 'Windows' }

function showTotals(totals) {
  const list = element('totals')
  for (const [name, value] of Object.entries(totals)) {
    let entry = list.querySelector(`[data-name="${name}"] dd`)
    if (!entry) {
      entry = make('dd', {})
      list.append(make('div', { 'data-name': name }, make('dt', {}, totalNames[name] ?? name), entry))
    }
    setText(entry, count.format(value))
  }
}
