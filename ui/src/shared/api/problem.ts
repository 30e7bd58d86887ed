import type { FieldError, Matter, Problem } from './types'

const OFFLINE = '没有连上服务器。请看一下网络，稍后再试；您填写的内容还在。'
const BUSY = '服务器这会儿没能办成这一步，没有改动任何内容。请稍后再试；多次不成请告诉管理员。'

/** A refusal or failure of the server as the desk handles it; `message` is a
 * Chinese sentence that can be shown as it is. Status 0: no answer came. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly fields: FieldError[]
  readonly current: Matter | null
  constructor(status: number, code: string, message: string, fields: FieldError[] = [], current: Matter | null = null) {
    super(message)
    this.status = status
    this.code = code
    this.fields = fields
    this.current = current
  }
}

/** No answer: cable, Wi-Fi, server down. */
export function offline(): ApiError {
  return new ApiError(0, 'offline', OFFLINE)
}

/** Turns what the server sent with a status ≥ 400 into an ApiError; anything
 * that is not a problem document (a proxy's page, say) gets a plain sentence. */
export function fromAnswer(status: number, body: unknown): ApiError {
  const p = body as Problem | null
  if (p && typeof p === 'object' && typeof p.detail === 'string' && p.detail) {
    return new ApiError(status, p.code ?? '', p.detail, p.errors ?? [], (p.current as Matter | undefined) ?? null)
  }
  return new ApiError(status, '', status === 404 ? '没有找到这一页，或者您所在的机构看不到它。' : BUSY)
}

/** Any thrown value as an ApiError, so that views have one kind of error. */
export function asApiError(e: unknown): ApiError {
  if (e instanceof ApiError) return e
  if (e instanceof TypeError) return offline()
  console.error(e)
  return new ApiError(0, 'unexpected', '页面出了点问题，请刷新后再试；您填写的内容还在。')
}
