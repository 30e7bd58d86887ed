import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Action, Field, Matter } from '../api/types'
import ActionForm from './ActionForm.vue'

const field = (name: string, type: Field['type'], more: Partial<Field> = {}): Field => ({ name, label: name, type, required: true, ...more })
const escalate: Action = {
  action: 'escalate', name: '上报', primary: true, hint: '',
  fields: [
    field('reason', 'choice', { label: '原因', options: [{ code: 'beyond', name: '超出职权' }, { code: 'other', name: '别的' }] }),
    field('note', 'text', { label: '说明', when: { field: 'reason', in: ['other'] } }),
  ],
}
const matter = (more: Partial<Matter> = {}): Matter => ({
  id: 'm1', version: 3, status: 'handling', statusName: '办理中', holder: { code: 'a', name: '一组', level: 'group', kind: 'groupStation' }, pending: null,
  title: '水沟', demands: [], parties: [], appointed: [], attempts: [], attachments: [], actions: [escalate], ...more,
} as unknown as Matter)

let sent: { body: Record<string, unknown>; key: string }[] = []
function serverSays(status: number, body: unknown): void {
  vi.stubGlobal('fetch', async (r: Request) => {
    sent.push({ body: (await r.json()) as Record<string, unknown>, key: r.headers.get('Idempotency-Key') ?? '' })
    return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' } })
  })
}
const form = () => mount(ActionForm, { props: { matter: matter(), action: escalate }, attachTo: document.body })
type Form = ReturnType<typeof form>
const choose = (f: Form, code: string) => f.find(`input[value="${code}"]`).setValue(true)
const submit = async (f: Form) => {
  await f.find('form').trigger('submit')
  await flushPromises()
}

beforeEach(() => {
  localStorage.clear()
  sent = []
})
afterEach(() => {
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
})

describe('ActionForm', () => {
  it('says what is missing beside the field and sends nothing', async () => {
    serverSays(200, matter())
    const f = form()
    await submit(f)
    expect(f.find('[data-field="reason"]').text()).toContain('请选原因。')
    expect(sent).toHaveLength(0)
    await choose(f, 'beyond')
    expect(f.find('[data-field="reason"]').text()).not.toContain('请选')
  })

  it('asks a conditional field only when its condition holds, and sends only what is asked', async () => {
    serverSays(200, matter({ version: 4 }))
    const f = form()
    expect(f.find('[data-field="note"]').exists()).toBe(false)
    await choose(f, 'other')
    await f.find('[data-field="note"] input').setValue(' 太远 ')
    await choose(f, 'beyond')
    expect(f.find('[data-field="note"]').exists()).toBe(false)
    await submit(f)
    expect(sent[0]!.body).toEqual({ action: 'escalate', version: 3, input: { reason: 'beyond' } })
    expect(f.emitted('done')).toHaveLength(1)
  })

  it('keeps what was typed over a reload and drops it once the server took it', async () => {
    serverSays(200, matter({ version: 4 }))
    const first = form()
    await choose(first, 'other')
    await first.find('[data-field="note"] input').setValue('路断了')
    first.unmount()
    const second = form()
    expect(second.text()).toContain('上次没提交的内容还在')
    expect((second.find('[data-field="note"] input').element as HTMLInputElement).value).toBe('路断了')
    await submit(second)
    second.unmount()
    expect(form().text()).not.toContain('上次没提交')
  })

  it('shows the server’s sentences beside fields and in the form', async () => {
    serverSays(422, { title: 'x', status: 422, code: 'invalid', detail: '有一处要改。', errors: [{ field: 'input.reason', message: '这个原因已停用。' }] })
    const f = form()
    await choose(f, 'beyond')
    await submit(f)
    expect(f.find('[data-field="reason"]').text()).toContain('这个原因已停用。')
    expect(f.text()).toContain('有一处要改。')
  })

  it('on a conflict shows what changed, keeps the text and hands over the new state', async () => {
    const now = matter({ version: 5, holder: { code: 'b', name: '马街社区', level: 'village', kind: 'villageRoom' } })
    serverSays(409, { title: 'x', status: 409, code: 'stale', detail: '这件事已由马街社区签收，您看到的是旧页面。', current: now })
    const f = form()
    await choose(f, 'other')
    await f.find('[data-field="note"] input').setValue('路断了')
    await submit(f)
    expect(f.text()).toContain('现在由马街社区持有，原来是一组')
    expect(f.emitted('stale')![0]).toEqual([now])
    await f.setProps({ matter: { ...now, actions: [] } })
    expect((f.find('[data-field="note"] input').element as HTMLInputElement).value).toBe('路断了')
    expect(f.text()).toContain('这一步现在不能做了')
  })

  it('repeats the same operation id for the same content, a new one for other content', async () => {
    serverSays(503, { title: 'x', status: 503, code: 'busy', detail: '请稍后再试。' })
    const f = form()
    await choose(f, 'beyond')
    await submit(f)
    await submit(f)
    await choose(f, 'other')
    await f.find('[data-field="note"] input').setValue('路断了')
    await submit(f)
    expect(sent[0]!.key).toBeTruthy()
    expect(sent[1]!.key).toBe(sent[0]!.key)
    expect(sent[2]!.key).not.toBe(sent[0]!.key)
  })

  it('says so in plain words when the line is broken', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed')))
    const f = form()
    await choose(f, 'beyond')
    await submit(f)
    expect(f.text()).toContain('没有连上服务器')
    expect(f.emitted('done')).toBeUndefined()
  })
})
