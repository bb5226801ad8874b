// One axis: how it is, its score over time, its signal now, the quality of its data, its alarms.
import { history } from './charts.js'
import { buttonsFor, maintenanceButtons } from './commands.js'
import { badge, facts, logEntry, make, rebuildWhen, stateBadge } from './elements.js'
import { keyOf, silentSeconds } from './live.js'
import { get } from './requests.js'
import { showSignal } from './signal.js'
import { alarmLink, axisName, count, format, isOfData, isOfMachine, machineLink, nameOf, stateOf } from './words.js'

const spans = [['1 h', 60], ['1 day', 1440], ['7 days', 10080], ['30 days', 43200]]
let shown = null

export function leaveSensor() {
  shown?.end()
  shown = null
}

export async function showSensor(host, [machine, sensor, axis], state) {
  leaveSensor()
  const id = { machine, sensor, axis }
  const status = make('div', {}), alarms = make('div', {}), quality = make('div', {}, make('p', {}), make('div', {}))
  const chart = make('div', { role: 'img', 'aria-label': `Score of ${nameOf(id)} over time` })
  const note = make('p', {})
  const buttons = spans.map(([name, minutes]) => {
    const made = make('button', { type: 'button', 'aria-pressed': 'false' }, name)
    made.addEventListener('click', () => load(minutes, made))
    return made
  })

  // History is kept every second: of an axis that has just begun there is none yet, so it is asked again.
  let again = 0, turn = 0
  async function load(minutes, pressed) {
    // Whoever pressed another button meanwhile does not want this one any more.
    const mine = ++turn
    clearTimeout(again)
    buttons.forEach(made => made.setAttribute('aria-pressed', String(made === pressed)))
    const query = new URLSearchParams({ machine, sensor, axis, minutes, step: Math.max(1, Math.round(minutes / 10)) })
    try {
      const points = await get(`api/v1/history?${query}`)
      const [alarms, models] = points.length === 0 ? [] : await Promise.all([alarmsSince(id, points[0].start), get('api/v1/models')])
      if (mine !== turn) return
      if (points.length > 0) {
        chart.replaceChildren()
        history(chart, points, clearLevels(points, models), alarms)
      } else {
        chart.replaceChildren()
        again = setTimeout(() => shown?.id === id && load(minutes, pressed), 2000)
      }
      note.textContent = points.length === 0 ? 'No score was kept in this span. Try a longer one, or see above why there is no score.' : ''
    } catch (error) {
      if (mine === turn) note.textContent = error.message
    }
  }

  host.replaceChildren(
    make('section', {}, make('h2', {}, make('a', { href: machineLink(machine) }, machine), ` / ${axisName(id)}`), status, make('p', { class: 'buttons' }, ...maintenanceButtons(machine))),
    make('section', {}, make('h2', {}, 'Score over time'), make('p', { class: 'buttons' }, ...buttons), chart, note))
  const path = 'api/v1/sensors/' + [machine, sensor, axis].map(encodeURIComponent).join('/')
  const end = showSignal(host, path, nameOf(id))
  host.append(
    make('section', {}, make('h2', {}, 'Data quality'), quality),
    make('section', {}, make('h2', {}, 'Alarms of this sensor'), alarms))
  shown = { id, end, status, alarms, quality }
  updateSensor(state)
  await load(spans[0][1], buttons[0])
}

const withUnit = (value, measure) => `${format(value)}${typeof value === 'number' && measure.unit ? ` ${measure.unit}` : ''}`

// What the alarms of an axis did, as marks of its score's chart: when each was raised and when it was over.
const mostMarks = 100
async function alarmsSince({ machine, sensor, axis }, from) {
  const query = new URLSearchParams({ machine, sensor, axis, from, limit: mostMarks })
  const alarms = await get(`api/v1/alarms?${query}`)
  const aside = ['shelved', 'suppressed']
  return alarms.filter(alarm => ['activeUnacknowledged', 'returnedUnacknowledged', 'latched', 'normal'].includes(alarm.to) && !aside.includes(alarm.from)).map(alarm => ({
    at: Date.parse(alarm.time) / 1000,
    name: alarm.to === 'activeUnacknowledged' ? alarm.rule : '',
    tone: alarm.to !== 'activeUnacknowledged' ? '--good' : alarm.severity === 'warning' ? '--warn' : '--bad',
  }))
}

// Below which level the alarm clears, where a model's rule tells: the history keeps only the one that raises. Levels that operators set stand to each other as those of the rule do.
function clearLevels(points, models) {
  const shares = new Map(models.map(({ name, metrics, rules }) => {
    const [rule] = rules.filter(one => one.metric === metrics[0] && one.raise > 0 && one.clear > 0).sort((one, other) => one.raise - other.raise)
    return [name, rule ? rule.clear / rule.raise : null]
  }))
  return points.map(({ scorer, threshold }) => threshold > 0 && shares.get(scorer) ? threshold * shares.get(scorer) : null)
}

// What the stream tells: everything but history and signal.
export function updateSensor(state) {
  if (!shown) return
  const { id, status, alarms, quality } = shown
  const live = state.byKey.get(keyOf(id))
  const { word, tone } = live ? stateOf(live) : { word: 'Not seen since the start', tone: 'none' }
  const measure = live?.measure
  const values = [
    ['Score', format(live?.score)], ['Threshold', format(live?.threshold)], ['p-value', format(live?.pValue)], ['Scorer', live?.model], ['Metric', live?.metric],
    ['RMS', withUnit(measure?.rms, measure)], ['Peak', withUnit(measure?.peak, measure)], ['Crest factor', format(measure?.crest)], ['Kurtosis', format(measure?.kurtosis)],
    ['Shaft', measure?.shaftHz ? `${format(measure.shaftHz)} Hz` : '–'], ['Windows', count.format(live?.windows ?? 0)],
  ]
  rebuildWhen(status, [word, live?.reason, ...values.flat(), measure?.zone, measure?.velocityRmsMmS], () => [
    make('p', {}, badge(word, tone), live?.reason ? ` ${live.reason}` : ''),
    measure?.zone ? zoneScale(measure) : null,
    facts(values),
  ])
  showQuality(quality, id, live, state)
  const own = state.alarms.filter(alarm => alarm.machine === id.machine && (alarm.sensor === id.sensor && alarm.axis === id.axis || isOfMachine(alarm)))
  rebuildWhen(alarms, own.map(alarm => alarm.id + alarm.diagnosis), () => own.length === 0 ? [make('p', {}, 'None among the latest.')]
    : [make('ol', { class: 'log' }, ...own.map(alarm => logEntry(alarm)))])
}

function showQuality(host, id, live, state) {
  const faults = state.standing.filter(alarm => isOfData(alarm) && alarm.machine === id.machine && alarm.sensor === id.sensor && alarm.axis === id.axis)
  const silent = live ? Math.floor(silentSeconds(live)) : null
  const last = silent === null ? 'nothing received since the start' : silent < 5 ? 'samples arrive' : `nothing for ${silent} s`
  const isFaulty = faults.length > 0 || silent === null
  // Apart, because the seconds pass under the finger.
  const [words, list] = host.children
  rebuildWhen(words, [last, isFaulty], () => [badge(isFaulty ? 'Faulty' : 'Good', isFaulty ? 'warn' : 'good'), ` ${last}`])
  rebuildWhen(list, faults.map(alarm => alarm.id), () => [faults.length > 0
    ? make('ul', {}, ...faults.map(alarm => make('li', {}, stateBadge(alarm), make('a', { href: alarmLink(alarm) }, alarm.message), make('span', { class: 'buttons' }, ...buttonsFor(alarm)))))
    : make('p', { class: 'soft' }, 'No sample that is no number, no flat line, no clipping, and rate and clock as they should be.')])
}

// The zones of ISO 20816-3 side by side; which one it is stands in words too.
const zones = { A: 'as a new machine', B: 'fit to run for long', C: 'not fit to run for long', D: 'may damage the machine' }
const zoneScale = measure => make('p', { class: 'zones' },
  ...Object.keys(zones).map(zone => make('span', { class: zone === measure.zone ? `zone zone-${zone} here` : `zone zone-${zone}`, 'aria-hidden': true }, zone)),
  ` ISO 20816-3 zone ${measure.zone}, ${zones[measure.zone]}: ${format(measure.velocityRmsMmS)} mm/s`)
