// What a screen reader and a keyboard would stumble over.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Serious violations on the page as it stands, one line each. */
export async function violations(page) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  return page.evaluate(async () => {
    const r = await window.axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })
    return r.violations.filter((v) => ['serious', 'critical'].includes(v.impact))
      .map((v) => `${v.id} (${v.impact}): ${v.nodes.slice(0, 4).map((n) => `${n.target} ${n.html.slice(0, 140)}`).join(' | ')}`)
  })
}

/** Inputs and buttons in sight that have no name. */
export const nameless = (page) => page.evaluate(() => {
  const name = (e) => e.getAttribute('aria-label') || (e.getAttribute('aria-labelledby') ?? '').split(' ').map((i) => document.getElementById(i)?.textContent).join('')
    || [...(e.labels ?? [])].map((l) => l.textContent).join('') || e.textContent || e.title || e.placeholder
  return [...document.querySelectorAll('input:not([type=hidden]):not([hidden]), textarea, select, button, a[href], [role=combobox], [role=radiogroup]')]
    .filter((e) => e.checkVisibility() && !e.closest('[aria-hidden=true]') && !name(e)?.trim()).map((e) => e.outerHTML.slice(0, 160))
})
