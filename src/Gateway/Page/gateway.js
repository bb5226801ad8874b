// The gateway itself: is it ready, what flows, what was dropped, what it keeps, which models score, what people did.
import { badge, facts, make, table, timeOf } from './elements.js'
import { modelSections } from './models.js'
import { get } from './requests.js'
import { count, format } from './words.js'

const bytes = value => value >= 1048576 ? `${count.format(Math.round(value / 1048576))} MiB` : `${count.format(Math.round(value / 1024))} kiB`

export async function showGateway(host) {
  // What somebody is working on stays.
  if (host.dataset.view === 'gateway' && host.firstChild && host.contains(document.activeElement)) return
  const [gateway, storage, letters, audit, models] = await Promise.all([
    get('api/v1/gateway'), get('api/v1/storage'), get('api/v1/dead-letters?limit=20'), get('api/v1/audit?limit=30').catch(error => ({ refused: error.message })), modelSections()])
  if (location.hash !== '#/gateway') return
  host.dataset.view = 'gateway'
  const dropped = stage => Object.values(stage.dropped).reduce((sum, number) => sum + number, 0)
  const why = stage => Object.entries(stage.dropped).map(([reason, number]) => `${reason} ${count.format(number)}`).join(', ')
  host.replaceChildren(
    make('section', {}, make('h2', {}, 'Gateway ', badge(gateway.ready ? 'Ready' : 'Not ready', gateway.ready ? 'good' : 'bad')),
      ...gateway.reasons.map(reason => make('p', {}, reason)),
      facts([['Memory', bytes(gateway.residentBytes)], ['Processor time', `${count.format(Math.round(gateway.cpuSeconds))} s`],
        ...Object.entries(gateway.windows).filter(([, number]) => number > 0).map(([status, number]) => [`Windows ${status}`, count.format(number)])])),
    make('section', { tabindex: '0' }, make('h2', {}, 'Stages'),
      table(['Stage', 'Unit', 'Received', 'Sent', 'Dropped', 'Errors', 'Waiting', 'Why dropped'],
        gateway.stages.map(stage => [stage.stage, stage.unit, stage.received, stage.sent, dropped(stage), stage.errors, stage.queue, why(stage)]))),
    ...(gateway.destinations.length === 0 ? [] : [make('section', { tabindex: '0' }, make('h2', {}, 'Databases and webhooks'),
      table(['Destination', 'State', 'Oldest waiting', 'Median delay', 'Fault'], gateway.destinations.map(one => [
        one.destination, one.circuit === 'closed' ? 'working' : one.circuit === 'open' ? 'given a rest' : 'being tried', one.oldestSeconds > 0 ? `${format(one.oldestSeconds)} s` : '–',
        one.medianSeconds === null ? '–' : `${format(one.medianSeconds)} s`, one.fault ?? ''])))]),
    make('section', { tabindex: '0' }, make('h2', {}, 'Storage'),
      storage.fault ? make('p', {}, badge('Faulty', 'bad'), ` ${storage.fault}`) : null,
      facts([['Written to the store', bytes(storage.writtenBytes)],
        ...(storage.journal ? [['Journal', `${bytes(storage.journal.bytes)} of ${bytes(storage.journal.mostBytes)}`], ['Written to the journal', bytes(storage.journal.writtenBytes)]] : [['Journal', 'none: what is under way is lost with the process (Store:Durability)']])]),
      storage.outboxes.length === 0 ? make('p', {}, 'Nothing waits on disk.')
        : table(['Waiting on disk for', 'Requests', 'Points', 'Size', 'Since'], storage.outboxes.map(box => [box.destination, box.bodies, box.points, bytes(box.bytes), timeOf(box.oldest)]))),
    ...models,
    ...(letters.length === 0 ? [] : [make('section', { tabindex: '0' }, make('h2', {}, 'What could not be used'),
      table(['When', 'Topic', 'Why', 'Bytes'], letters.map(letter => [timeOf(letter.received), letter.source, `${letter.reason}: ${letter.detail}`, letter.bytes])))]),
    make('section', { tabindex: '0' }, make('h2', {}, 'What people did'),
      audit.refused ? make('p', {}, audit.refused)
        : audit.length === 0 ? make('p', {}, 'Nothing so far.')
        : table(['When', 'Who', 'What', 'Answer'], audit.map(entry => [timeOf(entry.time), entry.who || `somebody on this machine (${entry.address})`, entry.what, entry.status || 'cut off']))))
}
