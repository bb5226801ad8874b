// One machine: its axes side by side and its alarms.
import { buttonsFor, maintenanceButtons } from './commands.js'
import { badge, logEntry, make, rebuildWhen, setText, stateBadge } from './elements.js'
import { keyOf } from './live.js'
import { alarmLink, axisName, format, sensorLink, stateOf } from './words.js'

let shown = null

export function leaveMachine() {
  shown = null
}

export function showMachine(host, name, state) {
  const axes = make('tbody', {}), alarms = make('div', {}), standing = make('ul', { class: 'log' })
  host.replaceChildren(
    make('section', { tabindex: '0' }, make('h2', {}, name), make('p', { class: 'buttons' }, ...maintenanceButtons(name)), standing,
      make('table', {},
        make('thead', {}, make('tr', {}, ...['State', 'Sensor / axis', 'Score', 'Threshold', 'RMS', 'mm/s', 'Zone', 'Why'].map((title, i) => make('th', { scope: 'col', class: i > 1 && i < 6 ? 'number' : undefined }, title)))),
        axes)),
    make('section', {}, make('h2', {}, 'Alarms of this machine'), alarms))
  shown = { name, axes, alarms, standing, rows: new Map() }
  updateMachine(state)
}

export function updateMachine(state) {
  if (!shown) return
  const { name, rows, alarms, standing } = shown
  const own = state.sensors.filter(sensor => sensor.machine === name)
  for (const sensor of own) updateRow(rows.get(keyOf(sensor)) ?? addRow(shown, sensor), sensor)
  const active = state.standing.filter(alarm => alarm.machine === name), log = state.alarms.filter(alarm => alarm.machine === name)
  const keysOf = some => some.map(alarm => alarm.id + alarm.to + alarm.diagnosis)
  rebuildWhen(standing, keysOf(active), () => active.map(alarm => make('li', {}, stateBadge(alarm), make('a', { href: alarmLink(alarm) }, alarm.message), make('span', { class: 'buttons' }, ...buttonsFor(alarm)))))
  rebuildWhen(alarms, keysOf(log), () => [log.length === 0 ? make('p', {}, 'None among the latest.') : make('ol', { class: 'log' }, ...log.map(alarm => logEntry(alarm)))])
}

// Cells are written anew, not made: the focus stays where it is.
function addRow({ axes, rows }, sensor) {
  const row = make('tr', {}, make('td', {}, badge('', '')), make('td', {}, make('a', { href: sensorLink(sensor) }, axisName(sensor) || sensor.machine)),
    ...Array.from({ length: 4 }, () => make('td', { class: 'number' })), make('td'), make('td'))
  rows.set(keyOf(sensor), row)
  axes.append(row)
  return row
}

function updateRow(row, sensor) {
  const { word, tone } = stateOf(sensor), { measure } = sensor
  const texts = [format(sensor.score), format(sensor.threshold), `${format(measure?.rms)} ${measure?.unit ?? ''}`.trim(), format(measure?.velocityRmsMmS), measure?.zone ?? '–', sensor.reason ?? '']
  const state = row.querySelector('.state')
  state.className = `state ${tone}`
  setText(state, word)
  texts.forEach((text, k) => setText(row.children[k + 2], text))
}
