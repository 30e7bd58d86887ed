/** Fen as yuan for reading: 120000 → `1,200 元`, 150 → `1.50 元`. */
export function yuan(fen: number | null | undefined): string {
  if (fen === null || fen === undefined) return ''
  const whole = fen % 100 === 0
  return `${(fen / 100).toLocaleString('zh-CN', { minimumFractionDigits: whole ? 0 : 2, maximumFractionDigits: 2 })} 元`
}

/** Yuan as typed → fen; null when it is not an amount with at most two decimals. */
export function toFen(text: string): number | null {
  const t = text.trim().replace(/[,，]/g, '')
  if (!/^\d{1,12}(\.\d{1,2})?$/.test(t)) return null
  const [y = '0', f = ''] = t.split('.')
  return Number(y) * 100 + Number(f.padEnd(2, '0'))
}

/** Fen as a person would type yuan: 120050 → `1200.5`. */
export function fenToText(fen: number | null | undefined): string {
  return fen === null || fen === undefined ? '' : String(fen / 100)
}

/** Bytes in words. */
export function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} 字节`
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
