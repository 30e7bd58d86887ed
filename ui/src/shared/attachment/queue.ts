import { reactive } from 'vue'
import { ApiError, asApiError } from '../api/problem'
import type { Attachment } from '../api/types'
import { fileSize } from '../format/money'
import { shrink } from './shrink'
import { passing, upload } from './upload'

/** A file on its way, as the page shows it. */
export interface Sending {
  key: number
  name: string
  size: number
  sent: number
  state: 'waiting' | 'sending' | 'failed'
  error: string
  again: boolean // worth another try
}

type Job = Sending & { file: File; stop: AbortController }

/** Sends files one after the other: on a village's line two at once are both
 * slow. `limit` is the largest file, in bytes, once known. */
export function useQueue(matterId: () => string, limit: () => number | undefined, added: (a: Attachment) => void, put = upload, smaller = shrink) {
  const list = reactive<Job[]>([]) as Job[]
  let keys = 0
  let busy = false

  function add(files: File[]): void {
    for (const f of files) {
      list.push({ key: ++keys, name: f.name, size: f.size, sent: 0, state: 'waiting', error: '', again: false, file: f, stop: new AbortController() })
    }
    void work()
  }

  async function work(): Promise<void> {
    if (busy) return
    busy = true
    for (let j = next(); j; j = next()) await one(j)
    busy = false
  }

  const next = () => list.find((j) => j.state === 'waiting')

  async function one(j: Job): Promise<void> {
    j.state = 'sending'
    try {
      const f = await smaller(j.file)
      j.size = f.size
      const most = limit()
      if (most && f.size > most) throw new ApiError(413, 'tooLarge', `这个文件有 ${fileSize(f.size)}，最多 ${fileSize(most)}。请压缩，或者分成几个再传。`)
      if (!f.size) throw new ApiError(422, 'invalid', '这个文件是空的，请重新选。')
      added(await put(matterId(), f, { name: f.name, signal: j.stop.signal, onProgress: (sent) => { j.sent = sent } }))
      remove(j)
    } catch (e) {
      const err = asApiError(e)
      if (err.code === 'cancelled') return remove(j)
      j.state = 'failed'
      j.error = err.message
      j.again = passing(err.status)
    }
  }

  function remove(j: Sending): void {
    const at = list.findIndex((x) => x.key === j.key)
    if (at >= 0) list.splice(at, 1)
  }

  /** Stops one that is under way, takes away one that is not. */
  function cancel(j: Sending): void {
    const job = list.find((x) => x.key === j.key)
    if (job?.state === 'sending') job.stop.abort()
    else remove(j)
  }

  function retry(j: Sending): void {
    const job = list.find((x) => x.key === j.key)
    if (!job) return
    Object.assign(job, { state: 'waiting', error: '', stop: new AbortController() })
    void work()
  }

  return { list: list as Sending[], add, cancel, retry }
}
