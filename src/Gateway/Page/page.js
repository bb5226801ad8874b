// Draws what the gateway streams; nothing is fetched from anywhere else.
const words = {
  normal: 'Normal', activeUnacknowledged: 'Alarm', activeAcknowledged: 'Alarm, seen', returnedUnacknowledged: 'Returned',
  latched: 'Latched', shelved: 'Shelved', suppressed: 'Suppressed',
}
const reasons = {
  warmingUp: 'Warming up', gap: 'Gap', nonFinite: 'Bad samples', misaligned: 'Misaligned', stopped: 'Stopped',
  noModel: 'No model', notCalibrated: 'Not calibrated', maintenance: 'Maintenance',
}
const rows = new Map()
const element = id => document.getElementById(id)
const format = value => value === null ? '–' : Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5 ? value.toPrecision(3) : value.toExponential(2)
const count = new Intl.NumberFormat('en')

// Longer than the hop of any usual window: a sensor that says nothing is not "normal".
const silentAfterSeconds = 60

function stateOf(sensor) {
  if (sensor.state !== 'normal') return { word: words[sensor.state] ?? sensor.state, tone: 'bad' }
  if (sensor.silentSeconds >= silentAfterSeconds) return { word: `Silent ${Math.round(sensor.silentSeconds / 60)} min`, tone: 'none' }
  if (sensor.status !== 'valid') return { word: reasons[sensor.status] ?? sensor.status, tone: 'none' }
  return { word: 'Normal', tone: 'good' }
}

function rowOf(sensor) {
  const key = `${sensor.machine}/${sensor.sensor}/${sensor.axis}`
  let row = rows.get(key)
  if (!row) {
    row = document.createElement('tr')
    row.innerHTML = '<td><span class="state"></span></td><td><span class="machine"></span> <span class="part"></span></td><td><canvas role="img"></canvas></td>' +
      '<td class="number"></td>'.repeat(5)
    row.querySelector('.machine').textContent = sensor.machine
    row.querySelector('.part').textContent = [sensor.sensor, sensor.axis].filter(part => part !== 'default').join(' / ')
    rows.set(key, row)
  }
  return row
}

function drawTrace(canvas, sensor) {
  const style = getComputedStyle(document.documentElement)
  const ratio = devicePixelRatio || 1
  const width = canvas.clientWidth, height = canvas.clientHeight
  canvas.width = width * ratio
  canvas.height = height * ratio
  const g = canvas.getContext('2d')
  g.scale(ratio, ratio)
  canvas.setAttribute('aria-label', `Score of ${sensor.machine} ${sensor.sensor}: ${format(sensor.score)}, threshold ${format(sensor.threshold)}`)
  if (sensor.trace.length === 0) return

  // A logarithmic axis: healthy scatter and a fault a hundred times above it are both readable.
  const level = value => Math.log10(Math.max(value, 1e-9))
  const values = sensor.trace.map(level)
  const threshold = sensor.threshold === null ? null : level(sensor.threshold)
  const low = Math.min(...values, threshold ?? Infinity) - 0.1
  const high = Math.max(...values, threshold ?? -Infinity) + 0.1
  const y = value => height - 2 - (value - low) / (high - low) * (height - 4)
  const step = width / 240
  if (threshold !== null) {
    g.strokeStyle = style.getPropertyValue('--bad')
    g.setLineDash([4, 3])
    g.beginPath()
    g.moveTo(0, y(threshold))
    g.lineTo(width, y(threshold))
    g.stroke()
    g.setLineDash([])
  }
  g.strokeStyle = style.getPropertyValue('--trace')
  g.lineWidth = 1.5
  g.beginPath()
  values.forEach((value, i) => g.lineTo(width - (values.length - i) * step, y(value)))
  g.stroke()
}

function showSensors(sensors) {
  const body = element('sensors')
  element('no-sensors').hidden = sensors.length > 0
  sensors.forEach((sensor, i) => {
    const row = rowOf(sensor)
    if (body.children[i] !== row) body.insertBefore(row, body.children[i] ?? null)
    const { word, tone } = stateOf(sensor)
    const state = row.querySelector('.state')
    state.textContent = word
    state.className = `state ${tone}`
    const cells = row.querySelectorAll('td.number')
    cells[0].textContent = format(sensor.score)
    cells[0].title = sensor.metric
    cells[1].textContent = format(sensor.threshold)
    cells[2].textContent = format(sensor.pValue)
    cells[3].textContent = count.format(sensor.windows)
    cells[4].textContent = count.format(sensor.alarms)
    drawTrace(row.querySelector('canvas'), sensor)
  })
  showHeadline(sensors)
}

// Green only when every sensor is watched: no score is no good news.
function showHeadline(sensors) {
  const machines = new Set(sensors.map(sensor => sensor.machine))
  const withTone = tone => new Set(sensors.filter(sensor => stateOf(sensor).tone === tone).map(sensor => sensor.machine))
  const alarming = withTone('bad')
  const unwatched = [...withTone('none')].filter(machine => !alarming.has(machine))
  const normal = machines.size - alarming.size - unwatched.length
  const headline = element('headline')
  headline.className = machines.size === 0 ? '' : alarming.size > 0 ? 'bad' : unwatched.length > 0 ? '' : 'good'
  if (machines.size === 0) headline.textContent = 'Waiting for samples'
  else if (normal === machines.size) headline.textContent = `All ${machines.size} machines normal`
  else headline.textContent = [
    ...(alarming.size > 0 ? [`${[...alarming].join(', ')} in alarm`] : []),
    ...(unwatched.length > 0 ? [`${unwatched.join(', ')} without a score`] : []),
    `${normal} of ${machines.size} machines normal`,
  ].join(', ')
}

function showAlarms(transitions) {
  element('no-alarms').hidden = transitions.length > 0
  element('alarms').replaceChildren(...transitions.slice(0, 50).map(transition => {
    const item = document.createElement('li')
    const time = document.createElement('time')
    time.dateTime = transition.time
    time.textContent = new Date(transition.time).toLocaleString()
    const state = document.createElement('span')
    state.className = `state ${transition.to === 'normal' ? 'good' : 'bad'}`
    state.textContent = words[transition.to] ?? transition.to
    const message = document.createElement('span')
    message.textContent = transition.message
    item.append(time, state, message)
    return item
  }))
}

function showTotals(totals) {
  element('totals').replaceChildren(...Object.entries(totals).map(([name, value]) => {
    const entry = document.createElement('div')
    const term = document.createElement('dt')
    const detail = document.createElement('dd')
    term.textContent = name
    detail.textContent = count.format(value)
    entry.append(term, detail)
    return entry
  }))
}

const events = new EventSource('api/v1/live')
events.addEventListener('state', event => {
  const state = JSON.parse(event.data)
  showSensors(state.sensors)
  showAlarms(state.alarms)
  showTotals(state.totals)
})
events.onerror = () => {
  element('headline').textContent = 'The gateway does not answer; trying again…'
  element('headline').className = 'bad'
}
