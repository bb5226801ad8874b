// The words and numbers that all views share.
import { silentSeconds } from './live.js'

export const words = {
  normal: 'Normal', activeUnacknowledged: 'Alarm', activeAcknowledged: 'Alarm, seen', returnedUnacknowledged: 'Returned',
  latched: 'Latched', shelved: 'Shelved', suppressed: 'Suppressed',
}

const reasons = {
  warmingUp: 'Warming up', gap: 'Gap', nonFinite: 'Bad samples', misaligned: 'Misaligned', stopped: 'Stopped',
  noModel: 'No model', notCalibrated: 'Not calibrated', maintenance: 'Maintenance',
  noSpeed: 'Speed unknown', bandChange: 'Speed changing', noBand: 'Speed outside bands',
}

export const faults = {
  'outer-race': 'Bearing, outer race', 'inner-race': 'Bearing, inner race', ball: 'Bearing, rolling element', cage: 'Bearing, cage', unbalance: 'Unbalance',
  misalignment: 'Misalignment', looseness: 'Looseness', electrical: 'Electrical', gear: 'Gear', none: 'No fault found', undetermined: 'Undetermined',
}

export const count = new Intl.NumberFormat('en')

export const format = value => value === null || value === undefined ? '–'
  : value === 0 ? '0'
  : Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5 ? String(+value.toPrecision(3)) : value.toExponential(2)

// Longer than the hop of any usual window: a sensor that says nothing is not "normal".
const silentAfterSeconds = 60

export function stateOf(sensor) {
  if (sensor.state !== 'normal' && words[sensor.state]) return { word: words[sensor.state], tone: toneOf(sensor.state) }
  const silent = silentSeconds(sensor)
  if (silent >= silentAfterSeconds) return { word: `Silent ${Math.round(silent / 60)} min`, tone: 'none' }
  if (sensor.status !== 'valid') return { word: reasons[sensor.status] ?? sensor.status, tone: 'none' }
  return { word: 'Normal', tone: 'good' }
}

export const toneOf = state => state === 'normal' ? 'good' : state === 'shelved' || state === 'suppressed' ? 'none' : 'bad'

// What is about all sensors of a machine is that machine's.
export const isOfMachine = alarm => alarm.sensor === 'all' && alarm.axis === 'all'

export const nameOf = axis => isOfMachine(axis) ? axis.machine : [axis.machine, axis.sensor, axis.axis].filter(part => part && part !== 'default').join(' / ')

export const sensorLink = axis => '#/' + ['sensor', axis.machine, axis.sensor, axis.axis].map(encodeURIComponent).join('/')

export const machineLink = machine => '#/machine/' + encodeURIComponent(machine)

export const alarmLink = alarm => '#/alarm/' + alarm.id

// An element with text and attributes; children are elements or texts.
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : value)
  made.append(...children.filter(child => child !== null && child !== undefined))
  return made
}

export const badge = (word, tone) => make('span', { class: `state ${tone}` }, word)

export const timeOf = (iso, style = {}) => make('time', { datetime: iso }, new Date(iso).toLocaleString([], style))
