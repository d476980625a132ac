import { createHash } from 'node:crypto'
import { armor, Encrypter, Stanza } from 'age-encryption'

/** Says in the header for whom a file was sealed; stock age passes over stanzas that it does not know. */
const stanzaType = 'netlatch/recipients'

/** A text as an armoured age file for these recipients, which says by {@link recipientsMark} who they were. */
export async function sealText(text: string, recipients: readonly string[]): Promise<string> {
  const encrypter = new Encrypter()
  for (const recipient of recipients) encrypter.addRecipient(recipient)
  const mark = new Stanza([stanzaType, recipientsMark(recipients)], new Uint8Array())
  encrypter.addRecipient({ wrapFileKey: () => [mark] })
  return armor.encode(await encrypter.encrypt(text))
}

/** The same for the same recipients in any order; tells nothing of them to somebody who does not know them. */
export function recipientsMark(recipients: readonly string[]): string {
  return createHash('sha256').update(recipients.toSorted().join('\n')).digest('base64url').slice(0, 22)
}

/** The mark in a sealed file, unproven; undefined where there is none. */
export function sealedMark(file: string): string | undefined {
  const header = headerOf(file)
  return header
    ?.split('\n')
    .find((line) => line.startsWith(`-> ${stanzaType} `))
    ?.split(' ')[2]
}

function headerOf(file: string): string | undefined {
  try {
    const text = Buffer.from(armor.decode(file)).toString('latin1')
    return text.slice(0, text.indexOf('\n--- '))
  } catch {
    // No age file: sealed for nobody.
    return undefined
  }
}
