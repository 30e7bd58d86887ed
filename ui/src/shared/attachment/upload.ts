import type { DetailedError, Upload } from 'tus-js-client'
import { api, ask, BASE } from '../api/client'
import { ApiError, fromAnswer, offline } from '../api/problem'
import type { Attachment } from '../api/types'
import { fingerprint, recall, remember } from './fingerprint'

export interface UploadOptions {
  /** The name it is kept under; a File has its own. */
  name?: string
  /** Bytes the server has, and of how many. */
  onProgress?: (sent: number, total: number) => void
  /** Cancels it; what was sent is dropped on the server. */
  signal?: AbortSignal
}

// Pieces small enough that little is sent twice, large enough for a good line.
const PIECE = 512 * 1024
// Waits after a cut, in milliseconds; begun anew whenever a piece came through.
const WAITS = [0, 1000, 3000, 5000, 10000, 20000, 30000]

/** Thrown when the signal was given. */
export function cancelled(): ApiError {
  return new ApiError(0, 'cancelled', '已取消上传。')
}

/** Sends a file to a matter piece by piece and goes on by itself after a cut, also
 * after a reload when the same file is chosen again. Throws ApiError with a
 * sentence that can be shown. */
export async function upload(matterId: string, file: File | Blob, opts: UploadOptions = {}): Promise<Attachment> {
  const name = opts.name ?? (file instanceof File ? file.name : '附件')
  if (opts.signal?.aborted) throw cancelled()
  const [{ Upload: Tus }, mark] = await Promise.all([import('tus-js-client').catch(() => { throw offline() }), fingerprint(matterId, file)])
  const url = await send(Tus, matterId, file, name, mark, opts)
  const it = await ask(api.POST('/uploads/{id}/finish', { params: { path: { id: url.slice(url.lastIndexOf('/') + 1) } } })).finally(() => remember(mark, null))
  return { ...it, by: it.by.name }
}

// send resolves to the upload's address once the server has every byte.
function send(Tus: typeof Upload, matterId: string, file: Blob, name: string, mark: string, opts: UploadOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const known = recall(mark)
    const up = new Tus(file as File, {
      endpoint: new URL(`${BASE}/uploads`, location.href).href,
      uploadUrl: known,
      metadata: { matter: matterId, filename: name },
      chunkSize: PIECE,
      retryDelays: WAITS,
      storeFingerprintForResuming: false,
      onUploadUrlAvailable: () => remember(mark, up.url),
      onProgress: (sent, total) => opts.onProgress?.(sent, total),
      onShouldRetry: (e) => passing(statusOf(e)),
      onSuccess: () => { stop(); resolve(up.url!) },
      onError: (e) => {
        if (statusOf(e) === 0 && navigator.onLine === false) return whenOnline(() => { if (!opts.signal?.aborted) up.start() })
        stop()
        // The refusal of a whole file is kept on the server; any other is said here.
        if (statusOf(e) === 422 && up.url) return resolve(up.url)
        if (statusOf(e) >= 400 && !passing(statusOf(e))) remember(mark, null)
        reject(asRefusal(e))
      },
    })
    const cancel = (): void => {
      stop()
      remember(mark, null)
      up.abort(true).catch(() => {}) // what stays is swept after a day
      reject(cancelled())
    }
    const stop = (): void => opts.signal?.removeEventListener('abort', cancel)
    opts.signal?.addEventListener('abort', cancel)
    up.start()
  })
}

function whenOnline(go: () => void): void {
  window.addEventListener('online', go, { once: true })
}

/** Refusals that may pass by themselves: no answer, a server busy or restarting,
 * another request that still holds the file. */
export function passing(status: number): boolean {
  return status === 0 || status === 409 || status === 423 || status === 429 || status >= 500
}

function statusOf(e: Error | DetailedError): number {
  return ('originalResponse' in e && e.originalResponse?.getStatus()) || 0
}

function asRefusal(e: Error | DetailedError): ApiError {
  const status = statusOf(e)
  if (!status) return offline()
  let body: unknown = null
  try {
    body = JSON.parse(('originalResponse' in e && e.originalResponse?.getBody()) || 'null')
  } catch {
    // A proxy's page.
  }
  return fromAnswer(status, body)
}
