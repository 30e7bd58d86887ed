import createClient from 'openapi-fetch'
import { ApiError, fromAnswer, offline } from './problem'
import type { paths, Uploaded } from './types'

export const BASE = '/api/v1'

/** Called when the server says the session is gone; the shell sets it and
 * brings the login page, drafts stay where they are. */
let onSignedOut: () => void = () => {}
export function whenSignedOut(f: () => void): void {
  onSignedOut = f
}

// fetch is looked up at each call: tests replace it.
const client = createClient<paths>({
  baseUrl: BASE, fetch: (r: Request) => globalThis.fetch(r), credentials: 'same-origin',
  querySerializer: { array: { style: 'form', explode: false } },
})

export const api = client

type Answer<T> = { data?: T; error?: unknown; response: Response }

/** Waits for a call of `api` and gives its data, or throws ApiError. */
export async function ask<T>(call: Promise<Answer<T>>): Promise<T> {
  let a: Answer<T>
  try {
    a = await call
  } catch {
    throw offline()
  }
  if (!a.response.ok) throw failed(a.response.status, a.error)
  return a.data as T
}

function failed(status: number, body: unknown): ApiError {
  const e = fromAnswer(status, parsed(body))
  if (status === 401 && e.code !== 'badLogin') onSignedOut()
  return e
}

// openapi-fetch hands over text when the answer was not JSON by content type
// (application/problem+json among them, in some versions).
function parsed(body: unknown): unknown {
  if (typeof body !== 'string') return body
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

/** Header that makes a repeated send harmless. */
export function once(key: string): { headers: { 'Idempotency-Key': string } } {
  return { headers: { 'Idempotency-Key': key } }
}

/** Sends one file to a matter; multipart, which the typed client does not do. */
export async function upload(matter: string, file: File, key: string): Promise<Uploaded> {
  const form = new FormData()
  form.append('file', file, file.name)
  let r: Response
  try {
    r = await fetch(`${BASE}/matters/${matter}/attachments`, {
      method: 'POST', body: form, credentials: 'same-origin', headers: { 'Idempotency-Key': key },
    })
  } catch {
    throw offline()
  }
  const text = await r.text()
  if (!r.ok) throw failed(r.status, text)
  return JSON.parse(text) as Uploaded
}

/** Address of a stored attachment, for links and images. */
export function attachmentUrl(id: string): string {
  return `${BASE}/attachments/${id}`
}
