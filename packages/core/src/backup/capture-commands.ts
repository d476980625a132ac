import type { ConfigurationCapture, Platform } from '../platforms/platform.ts'
import type { CapturedAnswer } from './configuration-text.ts'

/**
 * What a capture sends, in order: the configuration's commands, its witness, and the command that shows the serial number where
 * one has to be seen.
 */
export function captureCommands(
  { commands, witness }: ConfigurationCapture,
  serial?: Platform['serial'],
): readonly string[] {
  const known = witness ? [...commands, witness.command] : commands
  return serial && !known.includes(serial.command) ? [...known, serial.command] : known
}

/** Of the answers to {@link captureCommands}, those that are the configuration. */
export function configurationAnswers(
  { commands }: ConfigurationCapture,
  answers: readonly CapturedAnswer[],
): readonly CapturedAnswer[] {
  return answers.slice(0, commands.length)
}

/** The others: what they say of the device counts, nothing of them is stored. */
export function furtherAnswers(
  { commands }: ConfigurationCapture,
  answers: readonly CapturedAnswer[],
): readonly CapturedAnswer[] {
  return answers.slice(commands.length)
}
