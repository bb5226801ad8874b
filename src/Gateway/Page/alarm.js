// One alarm: what was decided, and the evidence for it.
import { curve } from './charts.js'
import { buttonsFor } from './commands.js'
import { trendSection, voteSection } from './decisions.js'
import { facts, make, rebuild, stateBadge, table, timeOf } from './elements.js'
import { button, get, save } from './requests.js'
import { faults, format, isOfMachine, machineLink, nameOf, sensorLink, wordOf } from './words.js'

export async function showAlarm(host, id, state) {
  const view = location.hash
  const alarm = [...state.standing, ...state.alarms].find(entry => entry.id === id) ?? await get(`api/v1/alarms/${encodeURIComponent(id)}`).catch(() => undefined)
  const evidence = await get(`api/v1/alarms/${encodeURIComponent(raiseOf(alarm, state)?.id ?? id)}/evidence`).catch(error => ({ missing: error.message }))
  // Whoever went on meanwhile does not want it any more.
  if (location.hash !== view) return
  if (!alarm && evidence.missing) {
    host.replaceChildren(make('section', {}, make('h2', {}, 'Alarm'), make('p', {}, 'This alarm is not among the latest, and no evidence of it is kept.')))
    return
  }

  rebuild(host, alarm && decision(alarm, state), evidence.missing && make('section', {}, make('h2', {}, 'Evidence'), make('p', {}, evidence.missing)))
  if (!evidence.missing) showEvidence(host, evidence, alarm, state)
}

// Evidence belongs to the transition that raised the alarm; what an operator did later leads back to it.
function raiseOf(alarm, state) {
  return alarm && state.alarms.find(entry => entry.to === 'activeUnacknowledged' && entry.rule === alarm.rule && nameOf(entry) === nameOf(alarm) && entry.time <= alarm.time)
}

function decision(alarm, state) {
  const now = state.standing.find(entry => nameOf(entry) === nameOf(alarm) && entry.rule === alarm.rule)
  const current = now?.to ?? 'normal'
  return make('section', { 'aria-labelledby': 'alarm-title' },
    make('h2', { id: 'alarm-title' }, make('a', { href: isOfMachine(alarm) ? machineLink(alarm.machine) : sensorLink(alarm) }, nameOf(alarm)), ' ', stateBadge(alarm, current)),
    make('p', {}, alarm.message),
    facts([['When', timeOf(alarm.time)], ['Rule', alarm.rule], ['Severity', alarm.severity], ['Change', `${wordOf(alarm.from, alarm.severity)} → ${wordOf(alarm.to, alarm.severity)}`],
      [alarm.metric, format(alarm.value, 4)], ['Level', format(alarm.threshold, 4)]]),
    make('p', { class: 'buttons' }, ...(now ? buttonsFor(now) : [])))
}

function showEvidence(host, evidence, alarm, state) {
  // A machine's alarm has no signal of its own: its voters' alarms have theirs.
  if (evidence.voters.length > 0) return host.append(voteSection(evidence, alarm, state))
  if (evidence.trend) trendSection(host, evidence)
  const measure = evidence.measure
  const section = (title, ...children) => {
    const made = make('section', {}, make('h2', {}, title), ...children)
    host.append(made)
    return made
  }
  const named = evidence.findings.filter(finding => finding.lines.length > 0)
  section('Diagnosis',
    make('p', { class: 'diagnosis' }, faults[evidence.diagnosis] ?? evidence.diagnosis),
    ...named.map(finding => findingTable(finding)),
    ...(named.length === 0 ? [make('p', {}, 'No known pattern stands out of this signal, or the machine\'s bearing, speed and unit are not configured (Machines).')] : []),
    facts([['RMS', `${format(measure.rms)} ${measure.unit ?? ''}`], ['Peak', `${format(measure.peak)} ${measure.unit ?? ''}`], ['Crest factor', format(measure.crest)], ['Kurtosis', format(measure.kurtosis)],
      ['Velocity', measure.velocityRmsMmS === null ? null : `${format(measure.velocityRmsMmS)} mm/s`], ['ISO 20816-3 zone', measure.zone],
      ['Shaft', measure.shaftHz === null ? null : `${format(measure.shaftHz)} Hz`]]))

  const lines = (evidence.findings[0]?.lines ?? []).map(line => ({ at: line.frequencyHz, name: line.name }))
  const unit = measure.unit ?? ''
  const chart = (title, label, curves, options) => {
    if (!curves || curves.values.length === 0) return
    const box = make('div', { role: 'img', 'aria-label': label })
    section(title, box)
    curve(box, curves, options)
  }
  chart('Envelope spectrum', `Envelope spectrum with the lines of ${evidence.diagnosis}`, evidence.envelope, { x: 'Hz', y: 'amplitude', marks: lines })
  chart('Spectrum', 'Spectrum of the samples', evidence.spectrum, { x: 'Hz', y: unit || 'amplitude' })
  chart('Waveform', 'The newest samples', evidence.waveform, { x: 's', y: unit || 'as sent' })
  if (evidence.waveform?.values.length > 0) host.lastElementChild.append(make('p', { class: 'buttons' }, ...['wav', 'npy'].map(format => saveButton(evidence, format))))
  chart('Window and reconstruction', 'The window as the model saw it and what it made of it', evidence.window, { x: 's', y: 'normalised', overlay: evidence.reconstruction })
}

const saveButton = (evidence, format) =>
  button(`Save .${format}`, () => save(`api/v1/alarms/${evidence.transitionId}/waveform?format=${format}`, `${nameOf(evidence)}.${format}`))

const findingTable = finding => table(['Line', 'Hz', 'Order', 'Amplitude', 'Over floor'],
  finding.lines.map(line => [line.name, line.frequencyHz, line.order, line.amplitude, line.overFloor]), format,
  `${faults[finding.fault] ?? finding.fault}, rank ${format(finding.confidence)}, ${finding.harmonicsMatched} lines matched`)
