const words: Record<string, string> = {
  mergedHere: '并到这里来的',
  mergedInto: '并入的那件',
  cameBack: '后来又起的',
  comesBackFrom: '上一次办过的',
}

/** Why two matters are linked, in words. */
export function whyLinked(why: string): string {
  return words[why] ?? why
}
