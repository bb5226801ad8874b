// A plain table; columns of numbers are aligned as such.
import { count, make } from './words.js'

const isNumber = value => typeof value === 'number'
const classOf = value => ({ class: isNumber(value) ? 'number' : undefined })

export const table = (head, rows) => make('table', {},
  make('thead', {}, make('tr', {}, ...head.map((name, i) => make('th', { scope: 'col', ...classOf(rows[0]?.[i]) }, name)))),
  make('tbody', {}, ...rows.map(cells => make('tr', {}, ...cells.map(cell => make('td', classOf(cell), isNumber(cell) ? count.format(cell) : cell))))))
