// How alarms were decided that look at more than the windows of one axis: votes of a machine, and trends over days.
import { days } from './charts.js'
import { badge, make, table, timeOf } from './elements.js'
import { keyOf } from './live.js'
import { alarmLink, axisName, format, sensorLink, stateOf } from './words.js'

const millis = unixNs => Number(unixNs) / 1e6

// Who voted when the alarm was raised, who did not, and how they are now.
export function voteSection(evidence, alarm, state) {
  const { machine, decision } = evidence
  const perSensor = decision?.metric === 'sensors'
  const others = evidence.nonVoters ?? []
  const rows = [
    ...evidence.voters.map(voter => [voter, badge('Voted', 'bad'), conditionOf(evidence, voter, state), sinceOf(evidence, voter)]),
    ...others.map(other => [other, other.isPresent ? badge('Did not vote', 'good') : badge('Silent', 'none'), other.isPresent ? 'no condition' : 'not counted', ''])]
  const seats = seatsOf(evidence.voters, others, perSensor)
  const counted = seats.filter(seat => seat.state === 'counted').length
  return make('section', { tabindex: '0' }, make('h2', {}, 'Vote'),
    make('p', {}, `${counted} of ${seats.filter(seat => seat.state !== 'silent').length} ${perSensor ? 'sensors' : 'axes'} counted when the alarm was raised`,
      decision?.threshold ? `; ${format(decision.threshold)} raise it.` : '.', perSensor ? ' A sensor counts once, however many of its axes have a condition.' : ''),
    make('ul', { class: 'seats' }, ...seats.map(seat => make('li', { class: `seat ${seat.state}` }, make('strong', {}, seat.name), ` ${seatWords[seat.state]}`))),
    table(['Sensor / axis', 'Vote', 'Now', 'By its alarm', 'Since'], rows.map(([axis, vote, by, since]) => {
      const live = state.byKey.get(keyOf({ machine, ...axis }))
      const now = live ? stateOf(live) : { word: 'Not seen', tone: 'none' }
      return [make('a', { href: sensorLink({ machine, ...axis }) }, axisName(axis)), vote, badge(now.word, now.tone), by, since]
    })))
}

const seatWords = { counted: 'counted', against: 'did not', silent: 'silent' }

// One seat per vote: a sensor's axes share theirs where sensors vote.
function seatsOf(voters, others, perSensor) {
  const seats = new Map()
  const rank = ['counted', 'against', 'silent']
  for (const [axis, state] of [...voters.map(voter => [voter, 'counted']), ...others.map(other => [other, other.isPresent ? 'against' : 'silent'])]) {
    const name = perSensor ? axis.sensor : axisName(axis)
    const known = seats.get(name)
    if (known === undefined || rank.indexOf(state) < rank.indexOf(known)) seats.set(name, state)
  }
  return [...seats].map(([name, state]) => ({ name, state })).sort((a, b) => rank.indexOf(a.state) - rank.indexOf(b.state))
}

function conditionOf(evidence, voter, state) {
  const own = state.alarms.find(alarm => alarm.machine === evidence.machine && alarm.sensor === voter.sensor && alarm.axis === voter.axis && alarm.rule === voter.rule
    && alarm.to === 'activeUnacknowledged' && Math.abs(Date.parse(alarm.time) - millis(voter.sinceUnixNs)) < 1)
  return own ? make('a', { href: alarmLink(own) }, voter.rule) : voter.rule
}

function sinceOf(evidence, voter) {
  const before = (millis(evidence.eventTimeUnixNs) - millis(voter.sinceUnixNs)) / 1000
  return make('span', {}, timeOf(new Date(millis(voter.sinceUnixNs)).toISOString()), before > 0 ? `, ${format(before)} s before the alarm` : ', which raised it')
}

const quantities = { velocityRms: 'RMS velocity', rms: 'RMS', kurtosis: 'Kurtosis', crest: 'Crest factor', score: 'Score' }
const secondsADay = 86400

// The values over days, what the rule makes of them, and its criterion.
export function trendSection(host, evidence) {
  const { trend, decision } = evidence
  const title = quantities[trend.quantity] ?? trend.quantity
  const unit = trend.quantity === 'velocityRms' ? 'mm/s' : trend.quantity === 'rms' ? evidence.measure.unit ?? '' : ''
  const end = millis(evidence.eventTimeUnixNs) / 1000
  const at = [...trend.days, ...(trend.aheadDays ? [trend.aheadDays] : [])]
  const lines = trend.slope === null ? changeLines(trend) : slopeLines(trend, decision)
  const box = make('div', { role: 'img', 'aria-label': `${title} over ${format(-trend.days[0])} days, with ${lines.map(line => line.label).join(' and ')}` })
  host.append(make('section', {}, make('h2', {}, `${title} over days`), make('p', {}, criterionOf(trend, decision, unit)), box))
  days(box, at.map(day => end + day * secondsADay), trend.values, lines.map(one => ({ ...one, at: (_, i) => one.of(at[i]) })), unit || title)
}

const dashed = [6, 4]

function slopeLines(trend, decision) {
  return [
    { label: 'Theil–Sen line', colour: '--good', of: day => trend.level + trend.slope * day },
    trend.limit ? { label: 'limit', colour: '--bad', dash: dashed, of: () => trend.limit }
      : { label: `limit, ${format(decision?.threshold)} a day`, colour: '--bad', dash: dashed, of: day => trend.level + (decision?.threshold ?? NaN) * day }]
}

// A change may go as far up as down.
function limitsOf({ reference, limit }) {
  const span = Math.abs(limit - reference)
  return [['up', reference + span], ['down', reference - span]]
}

function changeLines(trend) {
  if (trend.reference === null) return []
  const flat = (label, colour, value, dash) => ({ label, colour, dash, of: () => value })
  const limits = trend.limit === undefined || trend.limit === null ? [] : limitsOf(trend).map(([side, level]) => flat(`limit, ${side}`, '--bad', level, dashed))
  return [flat('reference', '--good', trend.reference), ...limits]
}

function criterionOf(trend, decision, unit) {
  const value = number => `${format(number)}${unit ? ` ${unit}` : ''}`
  if (trend.slope === null) {
    return `The reference is ${value(trend.reference)}, the last day is at ${value(trend.level)}.`
      + (trend.limit ? ` Beyond ${value(trend.limit)} the change calls for attention${trend.quantity === 'velocityRms' ? ' (ISO 20816-1: a quarter of the zone boundary B/C)' : ''}.` : '')
  }
  const rise = `It rises by ${value(trend.slope)} a day (Theil–Sen)${trend.lowerSlope === null ? '' : `, surely by ${value(trend.lowerSlope)}`}, and is at ${value(trend.level)}.`
  return trend.limit ? `${rise} The limit is ${value(trend.limit)} within ${format(trend.aheadDays)} days.` : `${rise} The limit is ${value(decision?.threshold)} a day.`
}
