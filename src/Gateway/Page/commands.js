// What an operator can do with an alarm.
import { button, post, say } from './requests.js'
import { isOfData, isOfMachine } from './words.js'

const pathOf = (alarm, verb) => 'api/v1/alarms/' + [alarm.machine, alarm.sensor, alarm.axis, alarm.rule].map(encodeURIComponent).join('/') + '/' + verb

// What is done takes its button away as soon as the gateway says so.
async function command(path, body) {
  await post(path, body)
  say('')
  return true
}

// The commands that fit the state an alarm is in.
export function buttonsFor(alarm) {
  const body = { by: 'page' }
  const made = []
  if (['activeUnacknowledged', 'returnedUnacknowledged'].includes(alarm.to)) made.push(button('Acknowledge', () => command(pathOf(alarm, 'acknowledge'), body)))
  if (alarm.to === 'latched') made.push(button('Reset', () => command(pathOf(alarm, 'reset'), body)))
  if (alarm.to === 'shelved') made.push(button('Unshelve', () => command(pathOf(alarm, 'unshelve'), body)))
  else if (alarm.to !== 'suppressed' && alarm.to !== 'normal') made.push(button('Shelve 8 h', () => command(pathOf(alarm, 'shelve'), { ...body, minutes: 480 })))
  if (isJudged(alarm)) {
    const title = 'Sets the alarm levels of this axis above what was seen in this alarm; kept in the audit, undone by restore-levels'
    made.push(button('This was normal', () => command(pathOf(alarm, 'this-was-normal'), body), title))
  }
  return made
}

const isTrend = alarm => /^(slope|forecast|change)\(/.test(alarm.metric)

// Alarms of a score: those of machines, of trends and of data have no level of the axis to move.
const isJudged = alarm => !['normal', 'suppressed'].includes(alarm.to) && alarm.metric && !isOfMachine(alarm) && !isTrend(alarm) && !isOfData(alarm)

export const maintenanceButtons = machine => ['begin', 'end'].map(verb =>
  button(verb === 'begin' ? 'Begin maintenance' : 'End maintenance', async () => { await command(`api/v1/machines/${encodeURIComponent(machine)}/maintenance/${verb}`, { by: 'page' }) }))
