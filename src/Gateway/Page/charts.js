// Charts on uPlot; colours come from the style sheet, so that they follow light and dark.
/* global uPlot */
import { format } from './words.js'

const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

const axis = (label, more = {}) => ({ label, stroke: () => colour('--soft'), grid: { stroke: () => colour('--line') }, ticks: { stroke: () => colour('--line') }, size: 62,
  values: (_, splits) => splits.map(value => value === null ? '' : format(value)), ...more })

// Times as the reader's country writes them: the day where it changes, and the hour unless a step is a day or more.
const dayText = new Intl.DateTimeFormat([], { day: 'numeric', month: 'short' }), hourText = new Intl.DateTimeFormat([], { hour: '2-digit', minute: '2-digit' }),
  secondText = new Intl.DateTimeFormat([], { hour: '2-digit', minute: '2-digit', second: '2-digit' })
function timeTexts(_, splits, axisIndex, space, step) {
  let last = ''
  return splits.map(at => {
    const when = new Date(at * 1000), day = dayText.format(when), isNew = day !== last
    last = day
    return step >= 86400 ? day : (step < 60 ? secondText : hourText).format(when) + (isNew ? `\n${day}` : '')
  })
}

const shown = new Set()

function draw(host, options, data) {
  const size = () => ({ width: Math.max(host.clientWidth, 240), height: 220 })
  for (const entry of shown) if (!entry.host.isConnected) shown.delete(entry)
  const chart = new uPlot({ ...size(), legend: { show: options.series.length > 2, live: false }, cursor: { y: false }, ...options }, data, host)
  shown.add({ chart, host, size })
  return chart
}

function forget(chart) {
  for (const entry of shown) if (entry.chart === chart) shown.delete(entry)
}

addEventListener('resize', () => {
  for (const entry of shown) {
    if (entry.host.isConnected) entry.chart.setSize(entry.size())
  }
})

// Colours are asked for at each drawing: whoever changes between light and dark sees the charts change too.
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  for (const entry of shown) if (entry.host.isConnected) entry.chart.redraw(false)
})

const line = (label, name, more = {}) => ({ label, stroke: () => colour(name), width: 1.4, points: { show: false }, ...more })

// A curve of evenly spaced values, with names at some places of it. `update` gives it new values; what the user zoomed into stays.
export function curve(host, first, { x, y, marks = [], overlay, names = ['measured', 'reconstructed'], log = false }) {
  let shownMarks = marks, isLog = log, zoomed = false, last = [first, overlay]
  // A logarithm of nothing has no place on an axis: six decades below the greatest is low enough.
  const lift = values => {
    if (!isLog) return values
    const floor = Math.max(...values) * 1e-6 || 1e-12
    return values.map(value => Math.max(value, floor))
  }
  const dataOf = (main, second) => [main.values.map((_, i) => (main.start ?? 0) + i * main.step), lift(main.values), ...(second ? [lift(second.values)] : [])]
  const build = () => draw(host, {
    scales: { x: { time: false }, y: isLog ? { distr: 3 } : {} },
    axes: [axis(x, { size: 44 }), axis(y)],
    series: [{}, line(overlay ? names[0] : y, '--trace'), ...(overlay ? [line(names[1], '--bad', { dash: [5, 4] })] : [])],
    hooks: { draw: [drawn => drawMarks(drawn, shownMarks)], setSelect: [() => { zoomed = true }] },
  }, dataOf(...last))
  let chart = build()
  host.addEventListener('dblclick', () => { zoomed = false })
  return {
    update(main, second, newMarks = shownMarks) {
      shownMarks = newMarks
      last = [main, second]
      const { min, max } = chart.scales.x
      chart.setData(dataOf(main, second), !zoomed)
      if (zoomed) chart.setScale('x', { min, max })
    },
    scale(toLog) {
      isLog = toLog
      forget(chart)
      chart.destroy()
      zoomed = false
      chart = build()
    },
  }
}

// Lines with their names, on as many levels as keep them apart; a name without room is left out, its line is not. A mark may have a colour of its own.
function drawMarks(chart, marks) {
  const levels = [0, 0, 0], g = chart.ctx, { left, top, width, height } = chart.bbox
  g.save()
  g.font = `${11 * devicePixelRatio}px system-ui, sans-serif`
  g.textAlign = 'left'
  g.setLineDash([4, 4])
  for (const { at, name, tone = '--bad' } of [...marks].sort((one, other) => one.at - other.at)) {
    g.strokeStyle = g.fillStyle = colour(tone)
    const x = Math.round(chart.valToPos(at, 'x', true))
    if (x < left || x > left + width) continue
    g.beginPath()
    g.moveTo(x, top)
    g.lineTo(x, top + height)
    g.stroke()
    const level = levels.findIndex(end => end <= x)
    if (level < 0 || x + g.measureText(name).width > left + width) continue
    g.fillText(name, x + 4, top + (12 + 13 * level) * devicePixelRatio)
    levels[level] = x + g.measureText(name).width + 8
  }
  g.restore()
}

// Values over days, lines through or beside them, and where the alarm was raised. A line gives its value at each time, or null.
export function days(host, times, values, lines, unit) {
  draw(host, {
    axes: [axis('', { size: 44, space: 70, values: timeTexts }), axis(unit)],
    series: [{}, line('measured', '--trace', { points: { show: true, size: 5 } }), ...lines.map(one => line(one.label, one.colour, { dash: one.dash, spanGaps: true }))],
  }, [times, times.map((_, i) => values[i] ?? null), ...lines.map(one => times.map(one.at))])
}

// Highest score of each span against time, the band between the level that raises its alarm and the one below which it clears, and what its alarms did. `clears` may hold nothing.
export function history(host, points, clears, marks) {
  draw(host, {
    // One point alone has no span of its own: a minute on either side.
    scales: { x: { range: (_, min, max) => max > min ? [min, max] : [min - 60, max + 60] }, y: { distr: 3 } },
    axes: [axis('', { size: 44, space: 70, values: timeTexts }), axis('score')],
    series: [{}, line('highest score', '--trace'), line('raises', '--bad', { dash: [5, 4] }), line('clears', '--bad', { width: 0.7, dash: [2, 4] })],
    bands: [{ series: [2, 3], fill: () => colour('--bad-bg'), dir: -1 }],
    hooks: { draw: [drawn => drawMarks(drawn, marks)] },
  }, [points.map(point => Date.parse(point.start) / 1000), points.map(point => point.maxScore), points.map(point => point.threshold), clears])
}

// A small trace of the score in a table: a logarithmic axis, so that healthy scatter and a fault a hundred times above it are both readable.
export function trace(canvas, values, threshold) {
  const ratio = devicePixelRatio || 1
  const width = canvas.clientWidth, height = canvas.clientHeight
  canvas.width = width * ratio
  canvas.height = height * ratio
  if (values.length === 0) return
  const g = canvas.getContext('2d')
  g.scale(ratio, ratio)
  const level = value => Math.log10(Math.max(value, 1e-9))
  const levels = values.map(level)
  const limit = threshold === null ? null : level(threshold)
  const low = Math.min(...levels, limit ?? Infinity) - 0.1
  const high = Math.max(...levels, limit ?? -Infinity) + 0.1
  const y = value => height - 2 - (value - low) / (high - low) * (height - 4)
  if (limit !== null) {
    g.strokeStyle = colour('--bad')
    g.setLineDash([4, 3])
    g.beginPath()
    g.moveTo(0, y(limit))
    g.lineTo(width, y(limit))
    g.stroke()
    g.setLineDash([])
  }
  g.strokeStyle = colour('--trace')
  g.lineWidth = 1.5
  g.beginPath()
  levels.forEach((value, i) => g.lineTo(width - (levels.length - i) * width / 240, y(value)))
  g.stroke()
}

// Time to the right, frequency upwards, power by brightness.
export function spectrogram(canvas, { stepSeconds, stepHz, columns }) {
  const rows = columns[0].length
  const greatest = Math.max(...columns.map(column => Math.max(...column)))
  const range = 45
  const picture = new ImageData(columns.length, rows)
  columns.forEach((column, x) => column.forEach((db, row) => {
    const at = 4 * ((rows - 1 - row) * columns.length + x)
    const level = Math.min(1, Math.max(0, 1 + (db - greatest) / range))
    const [r, g, b] = shade(level)
    picture.data.set([r, g, b, 255], at)
  }))
  const ratio = devicePixelRatio || 1
  const width = canvas.clientWidth, height = canvas.clientHeight, left = 62, bottom = 34
  canvas.width = width * ratio
  canvas.height = height * ratio
  const small = new OffscreenCanvas(columns.length, rows)
  small.getContext('2d').putImageData(picture, 0, 0)
  const g = canvas.getContext('2d')
  g.scale(ratio, ratio)
  g.imageSmoothingEnabled = false
  g.drawImage(small, left, 6, width - left - 8, height - bottom - 6)
  g.fillStyle = colour('--soft')
  g.font = '12px system-ui, sans-serif'
  g.textAlign = 'right'
  for (let i = 0; i <= 4; i++) g.fillText(`${Math.round(i / 4 * rows * stepHz)}`, left - 6, height - bottom - (height - bottom - 6) * i / 4 + (i === 4 ? 10 : 4))
  g.textAlign = 'center'
  const seconds = columns.length * stepSeconds
  for (let i = 0; i <= 4; i++) g.fillText((i / 4 * seconds).toPrecision(2), left + (width - left - 8) * i / 4 - (i === 4 ? 10 : 0), height - bottom + 14)
  g.fillText('s', left + (width - left) / 2, height - 4)
  g.translate(12, (height - bottom) / 2)
  g.rotate(-Math.PI / 2)
  g.fillText('Hz', 0, 0)
}

// From dark blue over red to light yellow: its brightness grows evenly, so it is read without telling colours apart.
const shades = [[4, 5, 30], [60, 15, 100], [150, 40, 100], [230, 90, 50], [250, 180, 60], [255, 255, 200]]
function shade(level) {
  const at = level * (shades.length - 1), low = Math.min(Math.floor(at), shades.length - 2)
  return shades[low].map((value, i) => value + (at - low) * (shades[low + 1][i] - value))
}
