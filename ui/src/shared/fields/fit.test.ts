import { describe, expect, it } from 'vitest'
import type { Field, Matter } from '../api/types'
import { missingOf, toInput, visible } from './field'
import { evidenceOf } from './amend'
import { fit } from './fit'

const levels = ['group', 'village', 'township', 'county'].map((code) => ({ code, name: code }))
const fields: Field[] = [
  { name: 'reason', label: '理由', type: 'choice', required: true },
  { name: 'to', label: '报给', type: 'org', required: false },
  { name: 'skipReason', label: '越级的理由', type: 'choice', required: false },
]
const heldAt = (level: string) => ({ holder: { code: 'x', name: '某', level, kind: '' } }) as Matter

describe('fields fitted to the holder: escalating', () => {
  it('goes to the body above unless another is named, and only then asks why', () => {
    const f = fit('escalate', fields, heldAt('group'), levels)
    expect(f.filter((x) => visible(x, { to: null })).map((x) => x.name)).toEqual(['reason', 'to'])
    expect(f.filter((x) => visible(x, { to: '532328101000' })).map((x) => x.name)).toEqual(['reason', 'to', 'skipReason'])
    expect(missingOf(f, { reason: 'failed', to: null })).toEqual({})
    expect(toInput(f, { reason: 'failed', to: null, skipReason: 'urgent' })).toEqual({ reason: 'failed' })
  })
  it('from below the highest level names the body and skips none', () => {
    const f = fit('escalate', fields, heldAt('township'), levels)
    expect(f.map((x) => x.name)).toEqual(['reason', 'to'])
    expect(f[1]).toMatchObject({ required: true, level: 'county' })
  })
  it('parting what was merged asks nothing', () => {
    expect(fit('split', fields, { ...heldAt('village'), mergedInto: 'm2' }, levels)).toEqual([])
    expect(fit('split', fields, heldAt('village'), levels)).toBe(fields)
  })
  it('offers only what a matter can climb to', () => {
    expect(fit('escalate', fields, heldAt('group'), levels)[1]).toMatchObject({ above: 'x' })
    expect(fit('escalate', fields, heldAt('township'), levels)[1]).toMatchObject({ level: 'county', holding: true })
  })
  it('asks for a consent once: that the rights were told is part of the question', () => {
    const asked: Field[] = [{ name: 'given', label: '已告知权利义务，本人同意调解', type: 'bool', required: true }, { name: 'notice', label: '已告知权利义务', type: 'tick', required: false, default: true }]
    expect(fit('consent', asked, heldAt('group'), levels).map((f) => f.name)).toEqual(['given'])
  })
  it('leaves other steps and unknown levels as they are', () => {
    expect(fit('transfer', fields, heldAt('township'), levels)).toBe(fields)
    expect(fit('escalate', fields, heldAt('township'), [])).toBe(fields)
  })
})

describe('evidence of an imported matter', () => {
  it('is asked for only where its ledger closed it', () => {
    const m = (imported: string, status: string) => evidenceOf({ imported, status, resolveNote: '还了钱', noticeNote: '可以起诉' })?.text
    expect([m('2026-0001', 'resolved'), m('2026-0001', 'ended'), m('2026-0001', 'handling'), m('', 'resolved')]).toEqual(['还了钱', '可以起诉', undefined, undefined])
  })
})
