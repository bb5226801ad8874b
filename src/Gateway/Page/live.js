// The state of the fleet as the gateway streams it: first all of it, then what changed.
const tracePoints = 240

export const keyOf = axis => `${axis.machine}/${axis.sensor}/${axis.axis}`

export function newState() {
  return { byKey: new Map(), sensors: [], machines: [], standing: [], alarms: [], totals: {}, changed: new Set(), reordered: true }
}

// Takes one event; tells in `changed` and `reordered` what the views have to draw anew.
export function take(state, event, data) {
  state.changed.clear()
  state.reordered = false
  if (event === 'state') {
    state.byKey.clear()
    state.reordered = true
  }
  const now = performance.now()
  for (const sensor of data.sensors) {
    const key = keyOf(sensor)
    const known = state.byKey.get(key)
    sensor.points = join(known, sensor)
    sensor.receivedAt = now
    state.reordered ||= known?.attention !== sensor.attention
    state.byKey.set(key, sensor)
    state.changed.add(key)
  }
  if (state.reordered) state.sensors = [...state.byKey.values()].sort((a, b) => attentions.indexOf(a.attention) - attentions.indexOf(b.attention) || compare(a, b))
  else if (state.changed.size > 0) state.sensors = state.sensors.map(sensor => state.byKey.get(keyOf(sensor)))
  state.machines = data.machines ?? state.machines
  state.standing = data.standing ?? state.standing
  state.alarms = data.alarms ?? state.alarms
  state.totals = data.totals
  return state
}

// Of a score's trace an event brings the end; its last point may still grow.
function join(known, sensor) {
  const fresh = known ? sensor.traceCount - known.traceCount : Infinity
  if (!known || fresh < 0) return sensor.trace
  const overlap = Math.max(0, sensor.trace.length - fresh)
  return [...known.points.slice(0, known.points.length - overlap), ...sensor.trace].slice(-tracePoints)
}

// How much a sensor needs to be looked at, the most first, as the gateway says it.
const attentions = ['alarm', 'acknowledged', 'warning', 'unwatched', 'aside', 'normal']

const compare = (a, b) => a.machine < b.machine ? -1 : a.machine > b.machine ? 1 : a.sensor < b.sensor ? -1 : a.sensor > b.sensor ? 1 : a.axis < b.axis ? -1 : 1

export const silentSeconds = sensor => sensor.silentSeconds + (performance.now() - sensor.receivedAt) / 1000
