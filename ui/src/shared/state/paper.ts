import { onBeforeUnmount, onMounted } from 'vue'

/** Sets the size and margins of printed paper while a page is open: `A4`, `14mm`. */
export function usePaper(size: string, margin: string): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(`@page { size: ${size}; margin: ${margin}; }`)
  onMounted(() => (document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]))
  onBeforeUnmount(() => (document.adoptedStyleSheets = document.adoptedStyleSheets.filter((s) => s !== sheet)))
}
