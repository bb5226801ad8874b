// The fleet: what needs attention, every sensor, and what happened.
import { trace } from './charts.js'
import { buttonsFor, get, once } from './commands.js'
import { keyOf } from './live.js'
import { alarmLink, badge, count, faults, format, isOfMachine, make, nameOf, rebuild, sensorLink, setText, stateBadge, stateOf, timeOf } from './words.js'

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
  showHeadline(state.sensors, state.standing)
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
    const part = [sensor.sensor, sensor.axis].filter(name => name !== 'default').join(' / ')
    row = make('tr', { role: 'row', 'data-key': key },
      cell({}, badge('', '')),
      cell({ class: 'name' }, make('a', { class: 'machine', href: sensorLink(sensor) }, sensor.machine), ' ', make('span', { class: 'part' }, part)),
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

// Green only when every sensor is watched and nothing stands: no score is no good news.
function showHeadline(sensors, standing) {
  const worst = new Map()
  const note = (machine, attention) => worst.set(machine, Math.min(worst.get(machine) ?? Infinity, kinds.findIndex(kind => kind.of.includes(attention))))
  for (const sensor of sensors) note(sensor.machine, sensor.attention)
  for (const alarm of standing) if (isOfMachine(alarm) && worst.has(alarm.machine)) note(alarm.machine, attentionOf(alarm))
  const machines = worst.size
  const parts = kinds.flatMap(({ words }, kind) => {
    const names = [...worst].filter(([, its]) => its === kind).map(([machine]) => machine)
    return names.length > 0 && words ? [`${listed(names)} ${words}`] : []
  })
  const normal = [...worst.values()].filter(kind => kinds[kind].words === null).length
  const headline = element('headline')
  headline.className = machines === 0 ? '' : kinds[Math.min(...worst.values())].tone
  setText(headline, machines === 0 ? 'Waiting for samples'
    : parts.length === 0 ? `All ${machines} machines normal`
    : [...parts, `${normal} of ${machines} machines normal`].join(', '))
}

// What a machine's worst sensor or own alarm makes of it.
const kinds = [
  { of: ['alarm', 'acknowledged'], words: 'in alarm', tone: 'bad' },
  { of: ['warning'], words: 'with a warning', tone: 'warn' },
  { of: ['unwatched'], words: 'without a score to rely on', tone: '' },
  { of: ['aside'], words: 'put aside', tone: '' },
  { of: ['normal'], words: null, tone: 'good' },
]

const attentionOf = alarm => ['shelved', 'suppressed'].includes(alarm.to) ? 'aside' : alarm.severity === 'warning' ? 'warning' : 'alarm'

const listed = names => names.length > 4 ? `${count.format(names.length)} machines` : names.join(', ')

// Built anew only when something changed: a button that vanishes under the finger helps nobody.
function replaceWhenChanged(list, key, build) {
  if (list.dataset.key === key) return
  list.dataset.key = key
  rebuild(list, ...build())
}

const diagnosisOf = alarm => alarm.diagnosis && alarm.diagnosis !== 'undetermined' ? make('strong', {}, faults[alarm.diagnosis] ?? alarm.diagnosis) : null

function showStanding(standing) {
  element('standing-section').hidden = standing.length === 0
  replaceWhenChanged(element('standing'), standing.map(alarm => alarm.id + alarm.to + alarm.diagnosis).join(), () => standing.slice(0, 50).map(alarm => make('li', {},
    stateBadge(alarm),
    make('a', { href: alarmLink(alarm) }, nameOf(alarm)),
    make('span', {}, `${alarm.rule}, `, timeOf(alarm.time)),
    diagnosisOf(alarm),
    make('span', { class: 'buttons' }, ...buttonsFor(alarm)))))
}

function showAlarms(transitions) {
  element('no-alarms').hidden = transitions.length > 0
  replaceWhenChanged(element('alarms'), transitions.map(transition => transition.id + transition.diagnosis).join(), () => transitions.slice(0, endOfLog(transitions)).map(logEntry))
  if (before === null) more.hidden = transitions.length < alarmsShown
}

// Beyond what the stream brings, the store is asked, a page at a time.
const alarmsShown = 50
const more = element('more-alarms'), older = element('older')
let before = null, anchor = null

// Once older ones are shown, the log goes on down to where they begin: none may be missing between.
const endOfLog = transitions => anchor === null ? alarmsShown : transitions.findIndex(transition => transition.id === anchor) + 1 || transitions.length
more.addEventListener('click', () => once(more, async () => {
  anchor ??= latest.alarms[Math.min(alarmsShown, latest.alarms.length) - 1].id
  const page = await get(`api/v1/alarms?limit=${alarmsShown}&before=${before ?? anchor}`)
  older.append(...page.map(logEntry))
  before = page.at(-1)?.id ?? before
  more.hidden = page.length < alarmsShown
}))

const logEntry = transition => make('li', {},
  timeOf(transition.time),
  stateBadge(transition),
  make('a', { href: alarmLink(transition) }, transition.message),
  diagnosisOf(transition))

function showTotals(totals) {
  const list = element('totals')
  for (const [name, value] of Object.entries(totals)) {
    let entry = list.querySelector(`[data-name="${name}"] dd`)
    if (!entry) {
      entry = make('dd', {})
      list.append(make('div', { 'data-name': name }, make('dt', {}, name), entry))
    }
    setText(entry, count.format(value))
  }
}
