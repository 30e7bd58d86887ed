import { ref } from 'vue'

// Larger letters on this phone, beside what the system's own setting does.
const KEY = 'tjt.m.big'
export const big = ref(read())

function read(): boolean {
  try {
    return localStorage.getItem(KEY) === '1'
  } catch {
    return false
  }
}

export function applyType(): void {
  document.documentElement.classList.toggle('big', big.value)
}

export function setBig(on: boolean): void {
  big.value = on
  applyType()
  try {
    localStorage.setItem(KEY, on ? '1' : '0')
  } catch {
    // Storage forbidden: it lasts until the page is left.
  }
}
