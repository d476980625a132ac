import type { LoginSecret } from '../secret.ts'

const replacement = '[secret]'
/** Secrets shorter than this are replaced only where they stand alone: `lab` inside `label` tells nothing. */
const shortest = 4

/**
 * Replaces every secret it was told about, in each form that programs print them: raw, base64 (whatever stands before it),
 * URL-encoded, JSON-escaped; keys line by line. One per process run, made where the vault is opened.
 */
export interface Redactor {
  add(secret: LoginSecret): void
  redact(text: string): string
}

export function createRedactor(): Redactor {
  // By their first characters: one pass over a text is enough for thousands of secrets.
  const forms: Forms = { byStart: new Map(), starts: new Uint8Array(hashes) }
  const shortForms = new Set<string>()
  /** One secret opens hundreds of devices, and is added at each of them. */
  const learnt = new Set<string>()

  const learn = (form: string) => {
    const start = form.slice(0, shortest)
    if (form.length < shortest) {
      shortForms.add(form)
      return
    }
    forms.byStart.set(start, (forms.byStart.get(start) ?? new Set()).add(form))
    forms.starts[hashOfStart(form)] = 1
  }
  return {
    add: (secret) => {
      for (const part of [secret.password, secret.enable, secret.privateKey, secret.passphrase]) {
        const value = part?.reveal()
        if (value === undefined || learnt.has(value)) continue
        learnt.add(value)
        for (const form of formsOf(value)) if (form !== '') learn(form)
      }
    },
    redact: (text) => redactShort(redactForms(text, forms), shortForms),
  }
}

interface Forms {
  readonly byStart: Map<string, Set<string>>
  /** 1 at the hash of each start: most places of a text are passed by without a look into the map. */
  readonly starts: Uint8Array
}

const hashes = 65_536

/** The last four characters, one byte each; what is older has been shifted out. */
function slide(window: number, text: string, at: number): number {
  return (window << 8) ^ text.charCodeAt(at)
}

/** Equal starts have equal hashes; that is all that is asked of it. */
function hashOf(window: number): number {
  return (window ^ (window >>> 13)) & (hashes - 1)
}

function hashOfStart(form: string): number {
  let window = 0
  for (let at = 0; at < shortest; at++) window = slide(window, form, at)
  return hashOf(window)
}

function redactForms(text: string, { byStart, starts }: Forms): string {
  if (byStart.size === 0) return text
  let result = ''
  let copied = 0
  let window = 0
  for (let last = 0; last < text.length; last++) {
    window = slide(window, text, last)
    const at = last - shortest + 1
    if (starts[hashOf(window)] === 0 || at < copied) continue
    let longest = 0
    for (const form of byStart.get(text.slice(at, at + shortest)) ?? [])
      if (form.length > longest && text.startsWith(form, at)) longest = form.length
    if (longest === 0) continue
    result += text.slice(copied, at) + replacement
    copied = at + longest
  }
  return result + text.slice(copied)
}

function redactShort(text: string, forms: ReadonlySet<string>): string {
  let result = text
  for (const form of forms) {
    const escaped = form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    result = result.replace(new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'gu'), replacement)
  }
  return result
}

function formsOf(value: string): string[] {
  // A terminal prints a key with other line ends, and may show only a part: each line counts.
  const lines = value.split(/\r?\n/).map((line) => line.trim())
  const keyLines = lines.length > 1 ? lines.filter((line) => line.length >= 16 && !line.startsWith('-----')) : []
  return [value, ...keyLines].flatMap((text) => [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text.toWellFormed()),
    new URLSearchParams({ v: text }).toString().slice(2),
    ...base64Forms(Buffer.from(text)),
  ])
}

/** Base64 of the secret alone, and the part of it that stays the same behind one or two other bytes, as in `user:password`. */
function base64Forms(bytes: Buffer): string[] {
  const forms = [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    const from = before === 0 ? 0 : before + 1
    const whole = Math.floor(((before + bytes.length) * 8) / 6)
    const inner = encoded.slice(from, whole)
    return inner.length >= 8 ? [inner] : []
  })
  const all = [bytes.toString('base64'), ...forms]
  return [...all, ...all.map((form) => form.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''))]
}
