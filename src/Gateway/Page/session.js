// Speaks with the gateway: shows the token of this tab, asks for one when the gateway demands it, and follows the live state.
const key = 'thrum-token'
const dialog = document.getElementById('token-dialog')
const form = document.getElementById('token-form')
const field = document.getElementById('token')
let asking = null

// Without an answer nothing goes on.
dialog.addEventListener('cancel', event => event.preventDefault())

// One question at a time, however many requests wait for its answer.
function ask(reason) {
  asking ??= new Promise(resolve => {
    document.getElementById('token-reason').textContent = reason
    dialog.showModal()
    form.addEventListener('submit', event => {
      event.preventDefault()
      sessionStorage.setItem(key, field.value.trim())
      field.value = ''
      dialog.close()
      asking = null
      resolve()
    }, { once: true })
  })
  return asking
}

// A fetch that shows the token.
export async function send(path, options = {}) {
  for (;;) {
    const token = sessionStorage.getItem(key)
    const headers = token ? { ...options.headers, authorization: `Bearer ${token}` } : options.headers
    const response = await fetch(path, { ...options, headers })
    if (response.status !== 401) return response
    // Another request may have got a new token in the meantime.
    if (sessionStorage.getItem(key) === token) await ask(token ? 'This token is not known here.' : '')
  }
}

// Event streams by fetch, because an EventSource can show no token. What was seen last is told, so that a stream goes on behind it.
async function read(path, last, take) {
  const response = await send(path, last.id ? { headers: { 'last-event-id': last.id } } : {})
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`)
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let waiting = []
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const end = value.indexOf('\n\n')
    if (end < 0) {
      waiting.push(value)
      continue
    }
    const events = (waiting.join('') + value).split('\n\n')
    waiting = [events.pop()]
    for (const event of events) {
      const fields = Object.fromEntries(event.split('\n').map(line => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]))
      // First, so that an event which cannot be shown does not come again.
      last.id = fields.id ?? last.id
      if (fields.data) take(fields.event, JSON.parse(fields.data))
    }
  }
}

// Begun anew whenever it ends.
export async function follow(path, take, gone) {
  const pauseMs = 2000
  const last = { id: null }
  for (;;) {
    try {
      await read(path, last, take)
    } catch {
      // Told by gone.
    }
    gone()
    await new Promise(resolve => setTimeout(resolve, pauseMs))
  }
}
