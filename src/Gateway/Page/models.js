// The models in use: what they are, how a shadow compares, and what an admin can do with them.
import { badge, make, table } from './elements.js'
import { button, get, getText, post, say } from './requests.js'
import { count, format, nameOf, sensorLink } from './words.js'

export async function modelSections() {
  const [models, learning] = await Promise.all([get('api/v1/models'), get('api/v1/learning')])
  const names = [...new Set(models.map(model => model.name))]
  const shadows = (await Promise.all(names.map(name => get(`api/v1/models/${encodeURIComponent(name)}/shadow`).then(found => found.map(shadow => ({ ...shadow, name })), () => [])))).flat()
  return [
    make('section', { tabindex: '0' }, make('h2', {}, 'Models'),
      models.length === 0 ? make('p', {}, 'No model: sensors are scored against their own first minutes.')
        : table(['Model', 'For', 'Kind', 'Window', 'Metrics', 'Alarm levels', 'Trained'], models.map(model => [
          `${model.name} ${model.revision}`, model.match, model.kind, `${model.windowSamples} every ${model.hopSamples} at ${model.sampleRateHz} Hz`, model.metrics.join(', '),
          model.rules.map(rule => `${rule.id}: ${rule.metric} ≥ ${format(rule.raise)} in ${rule.raiseCount} of ${rule.ofWindows}`).join('; '), `${model.date} ${model.training}`])),
      ...names.flatMap(name => [actions(name), card(name)])),
    ...shadows.map(shadowSection),
    ...(learning.length === 0 ? [] : [learningSection(learning)]),
  ]
}

// What is written about a model, asked for when somebody opens it; what was open stays open when the view is drawn anew.
const open = new Set()
function card(name) {
  const text = make('pre', { class: 'card', tabindex: '0' })
  const made = make('details', { open: open.has(name) }, make('summary', {}, `Card of ${name}`), text)
  made.addEventListener('toggle', async () => {
    open[made.open ? 'add' : 'delete'](name)
    if (!made.open || text.textContent) return
    text.textContent = await getText(`api/v1/models/${encodeURIComponent(name)}/card`).catch(error => error.message)
  })
  return made
}

// Those that are not done first.
const order = ['failed', 'training', 'waiting', 'collecting', 'live']
const learningSection = learning => make('section', { tabindex: '0' }, make('h2', {}, 'Learning from healthy samples'),
  table(['Axis', 'Phase', 'Done', 'Windows', 'Left out', 'How it stands'], learning.toSorted((a, b) => order.indexOf(a.phase) - order.indexOf(b.phase)).map(axis => [
    make('a', { href: sensorLink(axis) }, nameOf(axis)), badge(axis.phase, axis.phase === 'failed' ? 'bad' : axis.phase === 'live' ? 'good' : 'none'),
    make('progress', { max: '1', value: String(axis.share), 'aria-label': `Share of the phase ${axis.phase} of ${nameOf(axis)}` }),
    axis.windows, axis.leftOut, axis.message])))

function actions(name) {
  const file = make('input', { type: 'file', accept: '.onnx', 'aria-label': `ONNX file for ${name}` })
  const upload = (text, role) => button(text, async () => {
    if (file.files.length === 0) return say('Choose an ONNX file first')
    await change(name, `upload?as=${role}`, file.files[0])
  })
  return make('p', { class: 'buttons' }, make('strong', {}, name), button('Reload its file', () => change(name, 'reload')), file, upload('Upload', 'live'), upload('Upload as shadow', 'shadow'))
}

const share = value => value === null ? '–' : `${(100 * value).toFixed(1)} %`

function shadowSection(shadow) {
  const row = (title, of, show = format) => [title, show(of(shadow.overall.live)), show(of(shadow.overall.shadow))]
  return make('section', { tabindex: '0' }, make('h2', {}, `Shadow ${shadow.shadowName} beside ${shadow.liveName}`),
    make('p', {}, shadow.overall.windows === 0 ? 'Both have not scored a window together yet.'
      : `${count.format(shadow.overall.windows)} windows on ${count.format(shadow.axes.length)} axes since ${new Date(shadow.overall.since).toLocaleString()}; they agree in ${share(shadow.overall.agreement)}.`),
    table(['Figure', `Live, ${shadow.liveRevision}`, `Shadow, ${shadow.shadowRevision}`], [
      row('Alarms', one => one.alarms), row('Alarms a day', one => one.alarmsPerDay), row('Alarms nobody confirmed', one => one.unconfirmedAlarms),
      row('Windows in alarm', one => one.alarmWindows), row('AUROC by confirmed alarms', one => one.auroc)]),
    make('p', { class: 'buttons' }, button('Make the shadow live', () => confirm(`Make ${shadow.shadowName} the live model for ${shadow.match}?`) && change(shadow.name, 'promote'))))
}

async function change(name, verb, body = { by: 'page' }) {
  const answer = await post(`api/v1/models/${encodeURIComponent(name)}/${verb}`, body)
  say(answer.message ?? 'Done', true)
}
