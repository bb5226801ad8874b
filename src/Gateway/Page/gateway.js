// The gateway itself: is it ready, what flows, what was dropped, which models score.
import { get } from './commands.js'
import { badge, count, format, make } from './words.js'

const isNumber = value => typeof value === 'number'
const classOf = value => ({ class: isNumber(value) ? 'number' : undefined })
const table = (head, rows) => make('table', {},
  make('thead', {}, make('tr', {}, ...head.map((name, i) => make('th', { scope: 'col', ...classOf(rows[0]?.[i]) }, name)))),
  make('tbody', {}, ...rows.map(cells => make('tr', {}, ...cells.map(cell => make('td', classOf(cell), isNumber(cell) ? count.format(cell) : cell))))))

export async function showGateway(host) {
  const [gateway, models] = await Promise.all([get('api/v1/gateway'), get('api/v1/models')])
  const dropped = stage => Object.entries(stage.dropped).map(([reason, number]) => `${reason} ${count.format(number)}`).join(', ')
  host.replaceChildren(
    make('section', {}, make('h2', {}, 'Gateway ', badge(gateway.ready ? 'Ready' : 'Not ready', gateway.ready ? 'good' : 'bad')),
      ...gateway.reasons.map(reason => make('p', {}, reason)),
      make('dl', { class: 'facts' }, ...[['Memory', `${count.format(Math.round(gateway.residentBytes / 1048576))} MiB`], ['Processor time', `${count.format(Math.round(gateway.cpuSeconds))} s`],
        ...Object.entries(gateway.windows).filter(([, number]) => number > 0).map(([status, number]) => [`Windows ${status}`, count.format(number)])]
        .map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value))))),
    make('section', { tabindex: '0' }, make('h2', {}, 'Stages'),
      table(['Stage', 'Unit', 'Received', 'Sent', 'Dropped', 'Errors', 'Waiting'],
        gateway.stages.map(stage => [stage.stage, stage.unit, stage.received, stage.sent, dropped(stage) || '0', stage.errors, stage.queue]))),
    make('section', { tabindex: '0' }, make('h2', {}, 'Models'),
      models.length === 0 ? make('p', {}, 'No model: sensors are scored against their own first minutes.')
        : table(['Model', 'For', 'Kind', 'Window', 'Metrics', 'Alarm levels', 'Trained'], models.map(model => [
          `${model.name} ${model.revision}`, model.match, model.kind, `${model.windowSamples} every ${model.hopSamples} at ${model.sampleRateHz} Hz`, model.metrics.join(', '),
          model.rules.map(rule => `${rule.id}: ${rule.metric} ≥ ${format(rule.raiseLevel)} in ${rule.raiseCount} of ${rule.ofWindows}`).join('; '), `${model.date} ${model.training}`]))))
}
