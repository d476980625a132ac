/**
 * Text that a server sent, fit for a message: no control sequences, no bidirectional marks, one line, cut. Whoever answers on
 * port 22 chooses these bytes.
 */
export function deviceText(text: string, maximum = 200): string {
  const clean = text
    .slice(0, maximum * 8)
    .replace(/\u001b\[[0-?]*[ -/]*[@-~]/g, '')
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/[\p{Cf}\p{Co}\p{Cs}\p{Cn}\u2028\u2029]/gu, '')
    .replace(/ {2,}/g, ' ')
    .trim()
  return clean.length > maximum ? `${clean.slice(0, maximum - 1)}…` : clean
}
