// A client of the API with a cookie of its own: what a script of a neighbouring
// system would do.

const sessions = new Map()

/** A signed-in caller. */
export class Client {
  constructor(url, cookie = '') {
    this.url = url
    this.cookie = cookie
  }

  /** Signs in by a login of the demonstration, once a process: a person has only so many sessions. */
  static as(url, login) {
    if (!sessions.has(login)) sessions.set(login, Client.signIn(url, login))
    return sessions.get(login)
  }

  static async signIn(url, login) {
    const c = new Client(url)
    const r = await c.ask('POST', '/session', { username: login, password: 'demo' })
    if (r.status !== 200) throw new Error(`${login} cannot sign in: ${r.status} ${r.text}`)
    c.cookie = r.headers.getSetCookie()[0].split(';')[0]
    c.me = r.body
    return c
  }

  /** Sends one request; `body` is JSON unless it is a string, which goes as it is. */
  async ask(method, path, body, { key, headers = {} } = {}) {
    const r = await fetch(path.startsWith('/api/') || !path.startsWith('/') ? this.url + path : `${this.url}/api/v1${path}`, {
      method, body: body === undefined ? undefined : typeof body === 'string' || body instanceof FormData ? body : JSON.stringify(body),
      headers: {
        ...(this.cookie && { Cookie: this.cookie }), ...(body !== undefined && !(body instanceof FormData) && { 'Content-Type': 'application/json' }),
        ...(key && { 'Idempotency-Key': key }), ...headers,
      },
    })
    const text = await r.text()
    const json = /json/.test(r.headers.get('content-type') ?? '')
    return { status: r.status, headers: r.headers, text, body: json && text ? JSON.parse(text) : null }
  }

  /** The answer's body; throws unless the status is 2xx. */
  async ok(method, path, body, options) {
    const r = await this.ask(method, path, body, options)
    if (r.status < 200 || r.status > 299) throw new Error(`${method} ${path}: ${r.status} ${r.text}`)
    return r.body
  }

  get(path) { return this.ok('GET', path) }
  matter(id) { return this.get(`/matters/${id}`) }

  /** Does one step on the matter as it now stands. */
  async act(id, action, input = {}) {
    const { version } = await this.matter(id)
    return this.ok('POST', `/matters/${id}/actions`, { action, version, input })
  }
}

/** A file for an upload. */
export function fileForm(name, bytes, type) {
  const form = new FormData()
  form.append('file', new Blob([bytes], { type }), name)
  return form
}

let n = 0
/** A ditch quarrel to register; `part` replaces some of it. */
export function quarrel(part = {}) {
  n += 1
  return {
    title: `水沟改道引起的邻里纠纷 ${n}`, category: 'neighbourhood', place: { text: '村东老槐树旁' },
    parties: [{ role: 'applicant', name: `李国华${n}`, phone: '13900000001' }, { role: 'respondent', name: `普文才${n}` }], ...part,
  }
}

/** The kind of a problem document, checked for its shape. */
export function problem(assert, r, status, code, submitted = []) {
  assert.equal(r.status, status, r.text)
  assert.match(r.headers.get('content-type'), /^application\/problem\+json/)
  const { type, title, detail, code: got, errors } = r.body
  assert.ok(type && title, 'type and title')
  assert.equal(r.body.status, status)
  assert.equal(got, code, `${got}: ${detail}`)
  assert.match(detail, /[一-鿿].*[。；？]$/, `a Chinese sentence: ${detail}`)
  assert.ok(!/失败|错误码|error/i.test(detail), `words a clerk understands: ${detail}`)
  assert.ok(Array.isArray(errors))
  for (const e of errors) assert.match(e.message, /[一-鿿]/)
  for (const s of submitted) assert.ok(!r.text.includes(s), `the answer repeats what was sent: ${s}`)
  return r.body
}
