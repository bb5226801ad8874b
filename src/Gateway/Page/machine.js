// One machine: its axes side by side and its alarms.
import { buttonsFor, maintenanceButtons } from './commands.js'
import { alarmLink, badge, format, make, sensorLink, stateBadge, stateOf, timeOf } from './words.js'

let shown = null

export function leaveMachine() {
  shown = null
}

export function showMachine(host, name, state) {
  const axes = make('tbody', {}), alarms = make('div', {}), standing = make('ul', { class: 'log' })
  host.replaceChildren(
    make('section', { tabindex: '0' }, make('h2', {}, name), make('p', { class: 'buttons' }, ...maintenanceButtons(name)), standing,
      make('table', {},
        make('thead', {}, make('tr', {}, ...['State', 'Sensor / axis', 'Why', 'Score', 'Threshold', 'RMS', 'mm/s', 'Zone'].map((title, i) => make('th', { scope: 'col', class: i > 2 && i < 7 ? 'number' : undefined }, title)))),
        axes)),
    make('section', {}, make('h2', {}, 'Alarms of this machine'), alarms))
  shown = { name, axes, alarms, standing, key: '' }
  updateMachine(state)
}

export function updateMachine(state) {
  if (!shown) return
  const { name, axes, alarms, standing } = shown
  const own = state.sensors.filter(sensor => sensor.machine === name)
  axes.replaceChildren(...own.map(sensor => {
    const { word, tone } = stateOf(sensor)
    return make('tr', {}, make('td', {}, badge(word, tone)), make('td', {}, make('a', { href: sensorLink(sensor) }, `${sensor.sensor} / ${sensor.axis}`)), make('td', {}, sensor.reason ?? ''),
      ...[sensor.score, sensor.threshold, sensor.measure?.rms, sensor.measure?.velocityRmsMmS].map(value => make('td', { class: 'number' }, format(value))), make('td', {}, sensor.measure?.zone ?? '–'))
  }))
  const active = state.standing.filter(alarm => alarm.machine === name), log = state.alarms.filter(alarm => alarm.machine === name)
  const key = [...active, ...log].map(alarm => alarm.id + alarm.to + alarm.diagnosis).join()
  if (key === shown.key && alarms.firstChild) return
  shown.key = key
  standing.replaceChildren(...active.map(alarm => make('li', {}, stateBadge(alarm), make('a', { href: alarmLink(alarm) }, alarm.message), make('span', { class: 'buttons' }, ...buttonsFor(alarm)))))
  alarms.replaceChildren(log.length === 0 ? make('p', {}, 'None among the latest.') : make('ol', { class: 'log' }, ...log.map(alarm => make('li', {},
    timeOf(alarm.time), stateBadge(alarm), make('a', { href: alarmLink(alarm) }, alarm.message)))))
}
