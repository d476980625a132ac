/** `41,322 bytes` */
export function formatBytes(bytes: number): string {
  return `${bytes.toLocaleString('en-US')} ${bytes === 1 ? 'byte' : 'bytes'}`
}

/** A device's own line in quotes, without anything that could steer a terminal, at most 60 characters. */
export function quoteLine(line: string): string {
  const plain = line
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return `"${plain.length > 60 ? `${plain.slice(0, 59)}…` : plain}"`
}

/**
 * Text of a device fit for a terminal, its lines and tabs kept: what could steer a terminal or turn a line around is shown as
 * `\\u{1b}`.
 */
export function printableText(text: string): string {
  return text.replace(
    /[^\P{Cc}\t\n]|[\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  )
}
