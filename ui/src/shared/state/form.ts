import { nextTick, reactive, ref, watch } from 'vue'
import type { Field } from '../api/types'
import { type ApiError, asApiError } from '../api/problem'
import { errorsByField, initial, missingOf, settled, toInput, type Values, visible } from '../fields/field'
import { type About, draft } from './draft'

/** A form over fields the server describes: values, draft, what is missing, and
 * one send that keeps everything typed until it succeeded.
 * `place` and `about` name the draft; `send` gets the input and the operation id. */
export function useFieldForm(fields: () => Field[], place: string, about: About) {
  const values = reactive<Values>({})
  const errors = ref<Record<string, string>>({})
  const sentence = ref('')
  const busy = ref(false)
  const restored = ref(false)

  function fill(saved: Values | null): void {
    for (const f of fields()) if (!(f.name in values)) values[f.name] = saved && f.name in saved ? saved[f.name] : initial(f)
  }
  const saved = draft.load<Values>(place)
  restored.value = !!saved
  fill(saved)
  watch(fields, () => fill(null))
  // What each field held when its error was found: the error goes once it is touched.
  let sent: Record<string, string> = {}
  const text = (name: string) => JSON.stringify(values[name]) ?? ''
  watch(values, (v) => {
    draft.save(place, v, about)
    errors.value = Object.fromEntries(Object.entries(errors.value).filter(([name]) => text(name) === sent[name]))
  }, { deep: true })

  function clear(): void {
    for (const f of fields()) values[f.name] = initial(f)
    errors.value = {}
    sentence.value = ''
    restored.value = false
    void nextTick(() => draft.drop(place))
  }

  function refuse(e: ApiError): void {
    const { beside, rest } = errorsByField(fields(), e.fields)
    errors.value = beside
    // A sentence that stands beside its field is not said twice.
    sentence.value = [Object.values(beside).includes(e.message) ? '' : e.message, ...rest].filter(Boolean).join(' ')
  }

  async function submit<T>(send: (input: Values, key: string) => Promise<T>): Promise<T | null> {
    sent = Object.fromEntries(fields().map((f) => [f.name, text(f.name)]))
    errors.value = missingOf(fields(), values)
    sentence.value = ''
    if (Object.keys(errors.value).length > 0) return null
    const input = toInput(fields(), values)
    busy.value = true
    try {
      const done = await send(input, draft.operation(place, JSON.stringify(input)))
      draft.drop(place)
      return done
    } catch (e) {
      const err = asApiError(e)
      refuse(err)
      throw err
    } finally {
      busy.value = false
    }
  }

  const shown = () => fields().filter((f) => visible(f, values) && !settled(f))
  return { values, errors, sentence, busy, restored, clear, submit, shown }
}
