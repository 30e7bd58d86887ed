// What browsers of six years ago (Chrome 85) lack of what this app and the parts it
// shares use. Nothing else is added: each line can go once its browser is gone.
interface Indexed<T> { length: number; [n: number]: T }

function at<T>(this: Indexed<T>, n: number): T | undefined {
  const i = Math.trunc(n) || 0
  return this[i < 0 ? this.length + i : i]
}

function add(on: object, name: string, value: unknown): void {
  if (!(name in on)) Object.defineProperty(on, name, { value, writable: true, configurable: true })
}

add(Array.prototype, 'at', at)
add(String.prototype, 'at', at)
add(Object, 'hasOwn', (o: object, key: PropertyKey) => Object.prototype.hasOwnProperty.call(o, key))
