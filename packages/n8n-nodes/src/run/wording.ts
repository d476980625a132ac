import { existsSync } from 'node:fs'
import { type Netlatch, NetlatchError } from '@netlatch/core'
import { adviceForN8n } from '../items/advice.ts'

interface Wording {
  readonly message: string
  readonly description: string
  readonly code: string
}

/** What nobody foresaw may say anything; n8n stores what it is told. */
export function withoutSecrets(error: unknown, { redact }: Pick<Netlatch, 'redact'>): unknown {
  return error instanceof Error && !(error instanceof NetlatchError) ? new Error(redact(error.message)) : error
}

export function wording(error: unknown): Wording {
  if (!(error instanceof NetlatchError)) {
    const message = error instanceof Error ? error.message : String(error)
    return {
      message,
      description: 'This was not foreseen. The state of the workspace is as the last device left it.',
      code: 'UNEXPECTED',
    }
  }
  const { code } = error
  const advice = adviceForN8n(error.advice ?? '')
  const path = String(error.details.path ?? '')
  switch (code) {
    case 'WORKSPACE_MISSING':
      return {
        code,
        message: `Folder '${path}' is not there`,
        description: missingFolder(path),
      }
    case 'FILE_FORBIDDEN':
      return {
        code,
        message: `n8n may not use '${path}'`,
        description: 'Add it to N8N_RESTRICT_FILE_ACCESS_TO, or move the workspace below ~/.n8n-files.',
      }
    case 'VAULT_LOCKED':
      return { code, ...lockedVault(error) }
    case 'SELECTION_INVALID': {
      const { column } = error.details
      const where = column === undefined ? '' : ` at character ${column}`
      return {
        code,
        message: `'Selection' could not be read${where}`,
        description: `${error.message} ${advice}`.trim(),
      }
    }
    default:
      return { code, message: withoutStop(error.message), description: advice }
  }
}

function missingFolder(path: string): string {
  if (existsSync('/.dockerenv'))
    return `n8n runs in a container: mount the folder (-v ${path}:${path}) and use the path inside the container.`
  return 'Correct the folder in the credential, or switch on Create If Missing.'
}

function lockedVault(error: NetlatchError): Omit<Wording, 'code'> {
  const { recipients, tried } = error.details
  if (!recipients) return { message: withoutStop(error.message), description: adviceForN8n(error.advice ?? '') }
  const what = tried || 'identity'
  return {
    message: `The ${what} does not open this vault`,
    description: `Its recipients are ${recipients}. Make n8n one of them: netlatch vault recipients add n8n age1…`,
  }
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, '')
}
