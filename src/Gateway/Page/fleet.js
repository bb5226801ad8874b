// The fleet: what needs attention, every sensor, and what happened.
import { trace } from './charts.js'
import { buttonsFor } from './commands.js'
import { alarmLink, badge, count, faults, format, make, nameOf, sensorLink, stateOf, timeOf, toneOf, words } from './words.js'

const tracePoints = 240
const rows = new Map()
const traces = new Map()
const element = id => document.getElementById(id)
const keyOf = sensor => `${sensor.machine}/${sensor.sensor}/${sensor.axis}`

export function showFleet(state) {
  state.sensors.forEach(keepTrace)
  showSensors(state.sensors)
  showHeadline(state.sensors)
  showStanding(state.standing)
  showAlarms(state.alarms)
  showTotals(state.totals)
}

// The first event brings the whole trace, later ones its end; the last point may still grow.
function keepTrace(sensor) {
  const known = traces.get(keyOf(sensor))
  const missing = known ? sensor.traceCount - known.count : Infinity
  const values = missing < sensor.trace.length && missing >= 0
    ? [...known.values.slice(0, known.values.length - (sensor.trace.length - missing)), ...sensor.trace].slice(-tracePoints)
    : sensor.trace
  traces.set(keyOf(sensor), { count: sensor.traceCount, values })
}

function rowOf(sensor) {
  let row = rows.get(keyOf(sensor))
  if (!row) {
    const part = [sensor.sensor, sensor.axis].filter(name => name !== 'default').join(' / ')
    row = make('tr', {},
      make('td', {}, badge('', '')),
      make('td', {}, make('a', { class: 'machine', href: sensorLink(sensor) }, sensor.machine), ' ', make('span', { class: 'part' }, part)),
      make('td', {}, make('canvas', { role: 'img' })),
      ...Array.from({ length: 4 }, () => make('td', { class: 'number' })),
      make('td', {}),
      ...Array.from({ length: 2 }, () => make('td', { class: 'number' })))
    rows.set(keyOf(sensor), row)
  }
  return row
}

function showSensors(sensors) {
  const body = element('sensors')
  element('no-sensors').hidden = sensors.length > 0
  sensors.forEach((sensor, i) => {
    const row = rowOf(sensor)
    if (body.children[i] !== row) body.insertBefore(row, body.children[i] ?? null)
    const { word, tone } = stateOf(sensor)
    const state = row.querySelector('.state')
    state.textContent = word
    state.className = `state ${tone}`
    const cells = [...row.children].slice(3)
    cells[0].title = sensor.metric
    const texts = [format(sensor.score), format(sensor.threshold), format(sensor.pValue), format(sensor.measure?.velocityRmsMmS),
      sensor.measure?.zone ?? '–', count.format(sensor.windows), count.format(sensor.alarms)]
    texts.forEach((text, k) => { if (cells[k].textContent !== text) cells[k].textContent = text })
    const canvas = row.querySelector('canvas')
    canvas.setAttribute('aria-label', `Score of ${nameOf(sensor)}: ${format(sensor.score)}, threshold ${format(sensor.threshold)}`)
    if (isSeen(row)) trace(canvas, traces.get(keyOf(sensor)).values, sensor.threshold)
  })
}

// With a thousand sensors only those on the screen are drawn.
function isSeen(row) {
  const box = row.getBoundingClientRect()
  return box.bottom > 0 && box.top < innerHeight
}

// Green only when every sensor is watched: no score is no good news.
function showHeadline(sensors) {
  const machines = new Set(sensors.map(sensor => sensor.machine))
  const withTone = tone => new Set(sensors.filter(sensor => stateOf(sensor).tone === tone).map(sensor => sensor.machine))
  const alarming = withTone('bad')
  const unwatched = [...withTone('none')].filter(machine => !alarming.has(machine))
  const normal = machines.size - alarming.size - unwatched.length
  const headline = element('headline')
  const listed = names => names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ')
  headline.className = machines.size === 0 ? '' : alarming.size > 0 ? 'bad' : unwatched.length > 0 ? '' : 'good'
  const text = machines.size === 0 ? 'Waiting for samples'
    : normal === machines.size ? `All ${machines.size} machines normal`
    : [
      ...(alarming.size > 0 ? [`${listed([...alarming])} in alarm`] : []),
      ...(unwatched.length > 0 ? [`${listed(unwatched)} without a score`] : []),
      `${normal} of ${machines.size} machines normal`,
    ].join(', ')
  if (headline.textContent !== text) headline.textContent = text
}

// Built anew only when something changed: a button that vanishes under the finger helps nobody.
function replaceWhenChanged(list, key, build) {
  if (list.dataset.key === key) return
  list.dataset.key = key
  list.replaceChildren(...build())
}

const diagnosisOf = alarm => alarm.diagnosis && alarm.diagnosis !== 'undetermined' ? make('strong', {}, faults[alarm.diagnosis] ?? alarm.diagnosis) : null

function showStanding(standing) {
  element('standing-section').hidden = standing.length === 0
  replaceWhenChanged(element('standing'), standing.map(alarm => alarm.id + alarm.to + alarm.diagnosis).join(), () => standing.slice(0, 50).map(alarm => make('li', {},
    badge(words[alarm.to] ?? alarm.to, toneOf(alarm.to)),
    make('a', { href: alarmLink(alarm) }, nameOf(alarm)),
    make('span', {}, `${alarm.rule}, `, timeOf(alarm.time)),
    diagnosisOf(alarm),
    make('span', { class: 'buttons' }, ...buttonsFor(alarm)))))
}

function showAlarms(transitions) {
  element('no-alarms').hidden = transitions.length > 0
  replaceWhenChanged(element('alarms'), transitions.map(transition => transition.id + transition.diagnosis).join(), () => transitions.slice(0, 50).map(transition => make('li', {},
    timeOf(transition.time),
    badge(words[transition.to] ?? transition.to, toneOf(transition.to)),
    make('a', { href: alarmLink(transition) }, transition.message),
    diagnosisOf(transition))))
}

function showTotals(totals) {
  element('totals').replaceChildren(...Object.entries(totals).map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, count.format(value)))))
}
