// The words and numbers that all views share.
import { silentSeconds } from './live.js'

// What an alarm's state is called; a warning is one of another severity.
const states = {
  normal: 'Normal', activeUnacknowledged: 'Alarm', activeAcknowledged: 'Alarm, seen', returnedUnacknowledged: 'Returned',
  latched: 'Latched', shelved: 'Shelved', suppressed: 'Suppressed',
}

export const wordOf = (state, severity) => severity === 'warning' && state.startsWith('active') ? states[state].replace('Alarm', 'Warning') : states[state] ?? state

// What is wrong with data.
const qualities = {
  'quality-non-finite': 'Bad samples', 'quality-flat-line': 'Flat line', 'quality-clipping': 'Clipping', 'quality-rate': 'Wrong rate',
  'quality-clock': 'Clock went back', 'quality-stamp': 'Wrong stamps', 'quality-silence': 'Silent',
}

export const isOfData = alarm => alarm.rule?.startsWith('quality-')

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

export const format = (value, digits = 3) => value === null || value === undefined ? '–'
  : value === 0 ? '0'
  : Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5 ? String(+value.toPrecision(digits)) : value.toExponential(2)

const tones = { alarm: 'bad', acknowledged: 'bad', warning: 'warn', unwatched: 'none', aside: 'none', normal: 'good' }

export function stateOf(sensor) {
  const { attention, state, severity, rule } = sensor
  const tone = attention === 'unwatched' && severity ? 'warn' : tones[attention] ?? 'none'
  if (state === 'silent') return { word: `Silent ${lasting(silentSeconds(sensor))}`, tone }
  return { word: state === 'badData' ? qualities[rule] ?? 'Bad data' : reasons[state] ?? wordOf(state, severity), tone }
}

const lasting = seconds => seconds < 120 ? `${Math.floor(seconds)} s` : seconds < 7200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`

export const toneOf = (state, severity) => state === 'normal' ? 'good' : state === 'shelved' || state === 'suppressed' ? 'none' : severity === 'warning' ? 'warn' : 'bad'

// What is about all sensors of a machine is that machine's.
export const isOfMachine = alarm => alarm.sensor === 'all' && alarm.axis === 'all'

const named = parts => parts.filter(part => part && part !== 'default').join(' / ')

// The part of a name behind the machine's.
export const axisName = ({ sensor, axis }) => named([sensor, axis])

export const nameOf = axis => isOfMachine(axis) ? axis.machine : named([axis.machine, axis.sensor, axis.axis])

export const sensorLink = axis => '#/' + ['sensor', axis.machine, axis.sensor, axis.axis].map(encodeURIComponent).join('/')

export const machineLink = machine => '#/machine/' + encodeURIComponent(machine)

export const alarmLink = alarm => '#/alarm/' + alarm.id
