// One axis: its score over time, its measures, its alarms.
import { history } from './charts.js'
import { get, maintenanceButtons } from './commands.js'
import { alarmLink, badge, count, format, isOfMachine, make, nameOf, stateOf, timeOf, toneOf, words } from './words.js'

const spans = [['1 h', 60], ['1 day', 1440], ['7 days', 10080], ['30 days', 43200]]

export async function showSensor(host, [machine, sensor, axis], state) {
  const live = state.sensors.find(entry => entry.machine === machine && entry.sensor === sensor && entry.axis === axis)
  const id = { machine, sensor, axis }
  const chart = make('div', { role: 'img', 'aria-label': `Score of ${nameOf(id)} over time` })
  const note = make('p', {})
  const buttons = spans.map(([name, minutes]) => {
    const made = make('button', { type: 'button', 'aria-pressed': 'false' }, name)
    made.addEventListener('click', () => load(minutes, made))
    return made
  })

  async function load(minutes, pressed) {
    buttons.forEach(made => made.setAttribute('aria-pressed', String(made === pressed)))
    const query = new URLSearchParams({ machine, sensor, axis, minutes, step: Math.max(1, Math.round(minutes / 10)) })
    try {
      const points = await get(`api/v1/history?${query}`)
      chart.replaceChildren()
      note.textContent = points.length === 0 ? 'No history in this span.' : ''
      if (points.length > 0) history(chart, points)
    } catch (error) {
      note.textContent = error.message
    }
  }

  const { word, tone } = live ? stateOf(live) : { word: 'Not seen since the start', tone: 'none' }
  const measure = live?.measure
  const facts = [
    ['Score', format(live?.score)], ['Threshold', format(live?.threshold)], ['p-value', format(live?.pValue)], ['Scorer', live?.model], ['Metric', live?.metric],
    ['RMS', format(measure?.rms)], ['Peak', format(measure?.peak)], ['Crest factor', format(measure?.crest)], ['Kurtosis', format(measure?.kurtosis)],
    ['Velocity', measure?.velocityRmsMmS === null || !measure ? '–' : `${format(measure.velocityRmsMmS)} mm/s`], ['ISO 20816-3 zone', measure?.zone ?? '–'],
    ['Windows', count.format(live?.windows ?? 0)],
  ]
  const alarms = state.alarms.filter(alarm => alarm.machine === machine && (alarm.sensor === sensor && alarm.axis === axis || isOfMachine(alarm)))
  host.replaceChildren(
    make('section', {},
      make('h2', {}, nameOf(id), ' ', badge(word, tone)),
      make('p', { class: 'buttons' }, ...buttons), chart, note,
      make('dl', { class: 'facts' }, ...facts.filter(([, value]) => value && value !== '–').map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value)))),
      make('p', { class: 'buttons' }, ...maintenanceButtons(machine))),
    make('section', {}, make('h2', {}, 'Alarms of this sensor'),
      alarms.length === 0 ? make('p', {}, 'None among the latest.') : make('ol', { class: 'log' }, ...alarms.map(alarm => make('li', {},
        timeOf(alarm.time), badge(words[alarm.to] ?? alarm.to, toneOf(alarm.to)), make('a', { href: alarmLink(alarm) }, alarm.message))))))
  await load(spans[0][1], buttons[0])
}
