// What the newest samples of an axis look like, asked for again and again while somebody looks.
import { curve, spectrogram } from './charts.js'
import { make } from './elements.js'
import { button, get, save } from './requests.js'
import { faults } from './words.js'

const refreshMs = 2000
const mostPoints = 2000

// Shows the charts in a section; returns what ends it.
export function showSignal(host, path, name) {
  const note = make('p', { role: 'status' }, 'Asking for the newest samples…')
  const finding = make('p', {})
  const charts = make('div', { class: 'charts' })
  const pause = toggle('Pause', on => { paused = on })
  const log = toggle('Logarithmic', on => drawn.forEach(({ chart, isSpectrum }) => { if (isSpectrum) chart.scale(on) }))
  const files = ['wav', 'npy'].map(format => button(`Save .${format}`, () => save(`${path}/waveform?format=${format}`, `${name}.${format}`)))
  host.append(make('section', {}, make('h2', {}, 'Signal now'), make('p', { class: 'buttons' }, pause, log, ...files), note, finding, charts))

  const drawn = new Map()
  let paused = false, ended = false, picture = null

  function show(id, title, label, first, options, second, marks) {
    const known = drawn.get(id)
    if (known) {
      known.chart.update(first, second, marks)
      return
    }
    const box = make('div', { role: 'img', 'aria-label': label })
    charts.append(make('figure', {}, make('figcaption', {}, title), box))
    const isSpectrum = id !== 'waveform'
    drawn.set(id, { chart: curve(box, first, { ...options, marks, overlay: second, log: isSpectrum && log.getAttribute('aria-pressed') === 'true' }), isSpectrum })
  }

  async function refresh() {
    const [waveform, spectra, power] = await Promise.all([`waveform?newest=${mostPoints}`, 'spectrum', 'spectrogram'].map(what => get(`${path}/${what}`)))
    if (ended || paused) return
    const unit = spectra.unit ?? ''
    note.textContent = `Up to ${new Date(waveform.end).toLocaleTimeString()}, ${waveform.sampleRateHz} Hz. Drag over a chart to zoom, double-click to see all.`
    const found = spectra.findings.filter(one => one.fault !== 'none' && one.fault !== 'undetermined').map(one => faults[one.fault] ?? one.fault)
    finding.textContent = found.length > 0 ? `At this moment it looks like: ${found.join(', ')}` : ''
    show('waveform', 'Waveform', 'The newest samples', { step: 1 / waveform.sampleRateHz, values: waveform.values }, { x: 's', y: unit }, undefined, [])
    show('spectrum', spectra.shaftLines.length > 0 ? 'Spectrum, with the lines of the shaft' : 'Spectrum', 'Spectrum of the newest samples', spectra.spectrum, { x: 'Hz', y: unit }, undefined, marksOf(spectra.shaftLines))
    show('envelope', `Envelope spectrum of ${Math.round(spectra.bandLowHz)} to ${Math.round(spectra.bandHighHz)} Hz${spectra.bearingLines.length > 0 ? ', with the lines of the bearing' : ''}`,
      'Envelope spectrum of the newest samples', upTo(spectra.envelope, spectra.bearingLines), { x: 'Hz', y: 'amplitude' }, undefined, marksOf(spectra.bearingLines))
    if (spectra.reconstruction) {
      show('model', `The newest window as ${spectra.reconstruction.model} sees it`, 'Spectrum of the newest window with its reconstruction over it', spectra.reconstruction.measured,
        { x: 'Hz', y: 'normalised' }, spectra.reconstruction.reconstructed, [])
    }
    if (power.columns.length > 0) {
      if (!picture) {
        picture = make('canvas', { class: 'spectrogram', role: 'img', 'aria-label': 'Spectrogram of the newest samples' })
        charts.append(make('figure', {}, make('figcaption', {}, 'Spectrogram'), picture))
      }
      spectrogram(picture, power)
    }
  }

  async function run() {
    while (!ended) {
      if (!paused && document.visibilityState === 'visible') {
        try {
          await refresh()
        } catch (error) {
          note.textContent = error.message
        }
      }
      await new Promise(resolve => setTimeout(resolve, refreshMs))
    }
  }

  run()
  return () => { ended = true }
}

const marksOf = lines => lines.map(line => ({ at: line.frequencyHz, name: line.name }))

// The lines of a bearing stand far below half the sampling rate; what lies above the last of them only makes them small.
function upTo(envelope, lines) {
  const highest = Math.max(0, ...lines.map(line => line.frequencyHz)) * 1.15
  return highest > 0 ? { ...envelope, values: envelope.values.slice(0, Math.ceil(highest / envelope.step) + 1) } : envelope
}

function toggle(text, change) {
  const made = make('button', { type: 'button', 'aria-pressed': 'false' }, text)
  made.addEventListener('click', () => {
    const on = made.getAttribute('aria-pressed') !== 'true'
    made.setAttribute('aria-pressed', String(on))
    change(on)
  })
  return made
}
