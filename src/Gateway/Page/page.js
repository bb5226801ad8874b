// Routes between the views and feeds them what the gateway streams; nothing is fetched from anywhere else.
import { showAlarm } from './alarm.js'
import { showFleet } from './fleet.js'
import { showGateway } from './gateway.js'
import { newState, take } from './live.js'
import { leaveMachine, showMachine, updateMachine } from './machine.js'
import { say } from './requests.js'
import { leaveSensor, showSensor, updateSensor } from './sensor.js'
import { follow } from './session.js'

const element = id => document.getElementById(id)
const refreshMs = 5000
const state = newState()
let ready = false

// An address that is none shows the fleet.
function viewOf() {
  try {
    return location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent)
  } catch {
    return ['']
  }
}

async function route() {
  if (!ready) return
  const [view, ...rest] = viewOf()
  const detail = element('detail')
  const isFleet = !['alarm', 'machine', 'sensor', 'gateway'].includes(view)
  element('fleet').hidden = !isFleet
  detail.hidden = isFleet
  if (view !== 'gateway') delete detail.dataset.view
  if (view !== 'sensor') leaveSensor()
  if (view !== 'machine') leaveMachine()
  for (const link of document.querySelectorAll('nav a')) {
    if (link.hash === (view === 'gateway' ? '#/gateway' : '#/')) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
  try {
    if (view === 'alarm') await showAlarm(detail, rest[0], state)
    else if (view === 'machine') showMachine(detail, rest[0], state)
    else if (view === 'sensor') await showSensor(detail, rest, state)
    else if (view === 'gateway') await showGateway(detail)
  } catch (error) {
    say(error.message)
  }
}

// A detail is drawn anew when its alarm changed or, for the gateway, from time to time.
let seen = ''
function refreshDetail() {
  const view = viewOf()[0]
  if (view === 'sensor') return updateSensor(state)
  if (view === 'machine') return updateMachine(state)
  const now = location.hash.startsWith('#/alarm/') ? state.standing.map(alarm => alarm.id + alarm.to).join() + state.alarms.map(alarm => alarm.diagnosis).join() : ''
  if (now !== seen) {
    seen = now
    route()
  }
}

// The link's own way would be an address, and an address is a view here.
document.querySelector('.skip').addEventListener('click', event => {
  event.preventDefault()
  element('main').focus()
})

addEventListener('hashchange', () => {
  say('')
  route()
  element('main').focus({ preventScroll: true })
  scrollTo(0, 0)
})
setInterval(() => { if (location.hash === '#/gateway') route() }, refreshMs)

// What a view throws is a fault of the page, not of the connection.
follow('api/v1/live', (event, data) => {
  take(state, event, data)
  try {
    showFleet(state)
    if (ready) refreshDetail()
  } catch (error) {
    console.error(error)
    say(`This page has a fault: ${error.message}`)
  }
  if (ready) return
  ready = true
  performance.mark('first-state')
  route()
}, () => {
  element('headline').textContent = 'The gateway does not answer; trying again…'
  element('headline').className = 'bad'
})
