/** `30s`, `2m`, `1h30m`, or as ISO 8601 writes it: `PT30S`. */
export const durationPattern = /^(?:PT)?(?=\d)(?:\d{1,4}H)?(?:\d{1,6}M)?(?:\d{1,6}(?:\.\d{1,3})?S)?$/i

/** Milliseconds of what {@link durationPattern} matches. */
export function durationMs(text: string): number {
  const parts = [...text.matchAll(/([\d.]+)([HMS])/gi)].map(([, number, unit]) => {
    const seconds = { H: 3600, M: 60, S: 1 }[(unit ?? 'S').toUpperCase()] ?? 1
    return Number(number) * seconds * 1000
  })
  return parts.reduce((sum, ms) => sum + ms, 0)
}
