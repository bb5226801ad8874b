// Charts on uPlot; colours come from the style sheet, so that they follow light and dark.
/* global uPlot */
const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

const axis = (label, more = {}) => ({ label, stroke: colour('--soft'), grid: { stroke: colour('--line') }, ticks: { stroke: colour('--line') }, size: 62, ...more })

const shown = new Set()

function draw(host, options, data) {
  const size = () => ({ width: Math.max(host.clientWidth, 240), height: 220 })
  const chart = new uPlot({ ...size(), legend: { show: options.series.length > 2 }, cursor: { y: false }, ...options }, data, host)
  shown.add({ chart, host, size })
  return chart
}

addEventListener('resize', () => {
  for (const entry of shown) {
    if (!entry.host.isConnected) shown.delete(entry)
    else entry.chart.setSize(entry.size())
  }
})

const line = (label, name, more = {}) => ({ label, stroke: colour(name), width: 1.4, points: { show: false }, ...more })

// A curve of evenly spaced values, with names at some places of it.
export function curve(host, { step, values }, { x, y, marks = [], overlay, log = false }) {
  const xs = values.map((_, i) => i * step)
  const data = overlay ? [xs, values, overlay.values] : [xs, values]
  draw(host, {
    scales: { x: { time: false }, y: log ? { distr: 3 } : {} },
    axes: [axis(x, { size: 44 }), axis(y)],
    series: [{}, line(overlay ? 'measured' : y, '--trace'), ...(overlay ? [line('reconstructed', '--bad', { dash: [5, 4] })] : [])],
    hooks: { draw: [chart => marks.forEach(mark => drawMark(chart, mark))] },
  }, data)
}

function drawMark(chart, { at, name }) {
  const x = Math.round(chart.valToPos(at, 'x', true))
  if (x < chart.bbox.left || x > chart.bbox.left + chart.bbox.width) return
  const g = chart.ctx
  g.save()
  g.strokeStyle = g.fillStyle = colour('--bad')
  g.setLineDash([4, 4])
  g.beginPath()
  g.moveTo(x, chart.bbox.top)
  g.lineTo(x, chart.bbox.top + chart.bbox.height)
  g.stroke()
  g.font = `${11 * devicePixelRatio}px system-ui, sans-serif`
  g.fillText(name, x + 4, chart.bbox.top + 12 * devicePixelRatio)
  g.restore()
}

// Highest score of each span and the level of its alarm, against time.
export function history(host, points) {
  draw(host, {
    scales: { y: { distr: 3 } },
    axes: [axis('', { size: 44 }), axis('score')],
    series: [{}, line('highest score', '--trace'), line('threshold', '--bad', { dash: [5, 4] })],
  }, [points.map(point => Date.parse(point.start) / 1000), points.map(point => point.maxScore), points.map(point => point.threshold)])
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
