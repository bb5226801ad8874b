// The elements that all views are made of.
import { alarmLink, count, toneOf, wordOf } from './words.js'

// An element with text and attributes; children are elements or texts.
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : value)
  made.append(...children.filter(child => child !== null && child !== undefined))
  return made
}

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text
}

// Puts other children in a place without taking the focus from whoever works there by keyboard: it goes to the same control, else to the same entry's link, else to the view.
export function rebuild(host, ...children) {
  const active = host.contains(document.activeElement) ? document.activeElement : null
  const entryOf = control => control.closest('li, tr, section')?.querySelector('a')?.href
  const entry = active && entryOf(active), text = active?.textContent
  host.replaceChildren(...children.filter(child => child !== null && child !== undefined))
  if (!active || host.contains(document.activeElement)) return
  const near = [...host.querySelectorAll('a, button, input, [tabindex]')].filter(control => entryOf(control) === entry)
  const next = near.find(control => control.textContent === text) ?? near[0] ?? document.getElementById('main')
  next.focus({ preventScroll: true })
}

// Built anew only when its key changed: a button that vanishes under the finger helps nobody.
export function rebuildWhen(host, key, build) {
  const text = JSON.stringify(key)
  if (host.dataset.key === text) return
  host.dataset.key = text
  rebuild(host, ...build())
}

export const badge = (word, tone) => make('span', { class: `state ${tone}` }, word)

// The state of an alarm, by colour and word.
export const stateBadge = (alarm, state = alarm.to) => badge(wordOf(state, alarm.severity), toneOf(state, alarm.severity))

export const timeOf = (iso, style = {}) => make('time', { datetime: iso }, new Date(iso).toLocaleString([], style))

// Names and values; what has no value is left out.
export const facts = pairs => make('dl', { class: 'facts' }, ...pairs.filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== '–')
  .map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value))))

// What an alarm did, in a log.
export const logEntry = (alarm, ...more) => make('li', {}, timeOf(alarm.time), stateBadge(alarm), make('a', { href: alarmLink(alarm) }, alarm.message), ...more)

// A table; columns of numbers are aligned as such.
export function table(head, rows, show = value => count.format(value), caption) {
  const isNumber = value => typeof value === 'number'
  const classOf = value => ({ class: isNumber(value) ? 'number' : undefined })
  return make('table', {}, caption ? make('caption', {}, caption) : null,
    make('thead', {}, make('tr', {}, ...head.map((name, i) => make('th', { scope: 'col', ...classOf(rows[0]?.[i]) }, name)))),
    make('tbody', {}, ...rows.map(cells => make('tr', {}, ...cells.map(cell => make('td', classOf(cell), isNumber(cell) ? show(cell) : cell ?? '–'))))))
}
