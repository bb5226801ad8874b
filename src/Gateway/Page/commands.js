// What an operator can do with an alarm.
import { send } from './session.js'
import { isOfData, isOfMachine, make } from './words.js'

const notice = document.getElementById('notice')

export function say(text, isGood = false) {
  notice.textContent = text
  notice.classList.toggle('good', isGood)
  notice.hidden = !text
}

async function ask(path) {
  const response = await send(path)
  if (!response.ok) throw new Error((await response.json().catch(() => ({}))).detail ?? `${response.status} ${response.statusText}`)
  return response
}

export const get = async path => (await ask(path)).json()

export const getText = async path => (await ask(path)).text()

async function post(path, body) {
  const response = await send(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const answer = await response.json().catch(() => ({}))
  say(response.ok ? '' : answer.detail ?? `${response.status} ${response.statusText}`)
  return response.ok
}

const pathOf = (alarm, verb) => 'api/v1/alarms/' + [alarm.machine, alarm.sensor, alarm.axis, alarm.rule].map(encodeURIComponent).join('/') + '/' + verb

function button(text, act, title) {
  const made = make('button', title ? { type: 'button', title } : { type: 'button' }, text)
  made.addEventListener('click', () => once(made, act))
  return made
}

// One press at a time. A button that were disabled would lose the focus, so it only says that it is.
export async function once(button, work) {
  if (button.getAttribute('aria-disabled') === 'true') return
  button.setAttribute('aria-disabled', 'true')
  let isDone = false
  try {
    isDone = await work()
  } catch (error) {
    say(error.message)
  }
  // What is done takes the button away as soon as the gateway says so.
  if (!isDone) button.removeAttribute('aria-disabled')
}

// The commands that fit the state an alarm is in.
export function buttonsFor(alarm) {
  const body = { by: 'page' }
  const made = []
  if (['activeUnacknowledged', 'returnedUnacknowledged'].includes(alarm.to)) made.push(button('Acknowledge', () => post(pathOf(alarm, 'acknowledge'), body)))
  if (alarm.to === 'latched') made.push(button('Reset', () => post(pathOf(alarm, 'reset'), body)))
  if (alarm.to === 'shelved') made.push(button('Unshelve', () => post(pathOf(alarm, 'unshelve'), body)))
  else if (alarm.to !== 'suppressed' && alarm.to !== 'normal') made.push(button('Shelve 8 h', () => post(pathOf(alarm, 'shelve'), { ...body, minutes: 480 })))
  if (isJudged(alarm)) {
    const title = 'Sets the alarm levels of this axis above what was seen in this alarm; kept in the audit, undone by restore-levels'
    made.push(button('This was normal', () => post(pathOf(alarm, 'this-was-normal'), body), title))
  }
  return made
}

const isTrend = alarm => /^(slope|forecast|change)\(/.test(alarm.metric)

// Alarms of a score: those of machines, of trends and of data have no level of the axis to move.
const isJudged = alarm => !['normal', 'suppressed'].includes(alarm.to) && alarm.metric && !isOfMachine(alarm) && !isTrend(alarm) && !isOfData(alarm)

export const maintenanceButtons = machine => ['begin', 'end'].map(verb =>
  button(verb === 'begin' ? 'Begin maintenance' : 'End maintenance', async () => { await post(`api/v1/machines/${encodeURIComponent(machine)}/maintenance/${verb}`, { by: 'page' }) }))
