import { redactConfiguration } from '../backup/redact.ts'
import type { Platform } from '../platforms/platform.ts'
import type { Netlatch } from './netlatch.ts'

/**
 * Gives what takes the secrets of configurations out of a device's answers: they become the fingerprints that a backup has of
 * them. It throws CAPTURE_HELD where that is not certain: then nothing of the answer may be shown or stored.
 */
export async function answerRedactor(
  { vault, redact }: Pick<Netlatch, 'vault' | 'redact'>,
  { device, platform }: { readonly device: string; readonly platform: Platform },
): Promise<(text: string) => string> {
  const { redactionKey: key } = await vault()
  return (text) => redactConfiguration(text, platform, { device, key, redact, whole: true })
}
