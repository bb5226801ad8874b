// Asks the gateway, and tells people what it answers.
import { make } from './elements.js'
import { send } from './session.js'

const notice = document.getElementById('notice')

export function say(text, isGood = false) {
  notice.textContent = text
  notice.classList.toggle('good', isGood)
  notice.hidden = !text
}

async function ask(path, options) {
  const response = await send(path, options)
  if (!response.ok) throw new Error((await response.json().catch(() => ({}))).detail ?? `${response.status} ${response.statusText}`)
  return response
}

export const get = async path => (await ask(path)).json()

export const getText = async path => (await ask(path)).text()

// A file's bytes, or what a command says as JSON; gives what the gateway answered.
export async function post(path, body) {
  const isFile = body instanceof Blob
  const headers = { 'content-type': isFile ? 'application/octet-stream' : 'application/json' }
  return (await ask(path, { method: 'POST', headers, body: isFile ? body : JSON.stringify(body) })).json().catch(() => ({}))
}

// Fetched, because a link could show no token.
export async function save(path, name) {
  const address = URL.createObjectURL(await (await ask(path)).blob())
  const link = make('a', { href: address, download: name.replace(/[^\w.-]+/g, '-') })
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10000)
}

// One press at a time. A button that were disabled would lose the focus, so it only says that it is.
export async function once(button, work) {
  if (button.getAttribute('aria-disabled') === 'true') return
  button.setAttribute('aria-disabled', 'true')
  let isDone = false
  try {
    isDone = await work()
  } catch (error) {
    say(error.message)
  }
  // What is done takes the button away as soon as the gateway says so.
  if (!isDone) button.removeAttribute('aria-disabled')
}

export function button(text, work, title) {
  const made = make('button', { type: 'button', title }, text)
  made.addEventListener('click', () => once(made, work))
  return made
}
