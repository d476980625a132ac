import { z } from 'zod'
import { nameSchema, portSchema } from '../workspace/name-schema.ts'
import { isRecipient } from './age-wrap.ts'
import { scopeEntryProblem } from './scope.ts'
import { isSealed } from './seal.ts'

/** Where a secret can be kept instead of in the vault; each has a provider in secrets/. */
export const referenceSchemes = ['env', 'file', 'command', 'hcv', 'agent'] as const

const sealedSchema = z.string().refine(isSealed, 'must be nl1:<iv>:<ciphertext>. Restore it from git.')
const wrapSchema = z
  .string()
  .regex(/^-----BEGIN AGE ENCRYPTED FILE-----\n/, 'must be an age file. Restore it from git.')

const usernameSchema = z
  .string({ error: 'must be a text. Put it in quotes.' })
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]{1,255}$/u, 'must be 1 to 255 visible characters. Correct it.')

const scopeHostSchema = z
  .string()
  .refine(
    (text) => scopeEntryProblem(text) === undefined,
    'must be a network (10.0.0.0/8), a name pattern (*.example.net) or any. Write the widest that is right.',
  )

const secretTextSchema = z
  .string({ error: 'must be a text. Put it in quotes.' })
  .refine(
    (text) => isSealed(text) || isReference(text),
    `must be sealed (nl1:…) or a reference (${referenceSchemes.join(':, ')}:). Set it with netlatch vault set.`,
  )

const priorityMessage = 'must be a number from 1 to 1000. Lower is tried first.'

/** The public part and the sealed secret (or the reference and its seal) of one credential. */
export const vaultRecordSchema = z.strictObject({
  rev: z.int().min(1).optional().describe('+1 whenever the secret or anything here changes. Default: 1'),
  username: usernameSchema.describe('Who logs in'),
  realm: nameSchema.optional().describe('Who counts its failed logins: a realm of netlatch.yaml, or on-device'),
  priority: z
    .int(priorityMessage)
    .min(1, priorityMessage)
    .max(1000, priorityMessage)
    .optional()
    .describe('Lower is tried first. Default: 100'),
  tags: z.array(nameSchema).optional().describe('It matches devices that share a tag'),
  match: z.string().min(1).optional().describe('It matches devices for which this selection holds'),
  hosts: z
    .array(scopeHostSchema)
    .min(1, 'must name where it may be sent. Write networks, name patterns or any.')
    .describe('Where it may be sent: networks, name patterns or any'),
  ports: z.array(portSchema).min(1).optional().describe('To which ports it may be sent. Default: all'),
  fallback: z.boolean().optional().describe('Break-glass: tried only when somebody asks for it. Default: false'),
  secret: secretTextSchema.describe('Sealed, or a reference such as env:CORE_PASSWORD'),
  seal: sealedSchema.optional().describe('Authenticates a reference; netlatch vault set writes it'),
})

const ageRecipientSchema = z.strictObject({
  name: nameSchema,
  age: z.string().refine(isRecipient, 'must be an age recipient (age1…). Run age-keygen -y on the identity.'),
  wrap: wrapSchema,
})

const passphraseRecipientSchema = z.strictObject({
  name: nameSchema,
  scrypt: z.int().min(17).max(20).describe('Work factor: the power of two of the rounds'),
  wrap: wrapSchema,
})

const headerShape = {
  netlatch_vault: z.literal(1).describe('The version of the format'),
  id: z.string().regex(/^[0-9a-f]{24}$/, 'must be 24 hexadecimal digits. Restore it from git.'),
  epoch: z.int().min(1).max(999_999_999).describe('+1 on each rotation of the data key'),
  recipients: z
    .array(
      z.union([ageRecipientSchema, passphraseRecipientSchema], {
        error: 'must be { name, age, wrap } or { name, scrypt, wrap }. Use netlatch vault recipients.',
      }),
    )
    .min(1)
    .describe('Who can open the vault'),
  default: nameSchema.optional().describe('The credential that is tried last everywhere in its scope'),
  redaction_key: sealedSchema.describe('Key of the fingerprints that replace secrets in backups'),
  succession: sealedSchema.optional().describe('Proof that this data key follows the ones before'),
  mac: z.string().regex(/^nl1m:(?:[1-9]\d{0,8}:)?[A-Za-z0-9+/]{43}=$/, 'must be nl1m:<mac>. Restore it from git.'),
}

/** The vault without looking into its credentials. */
export const vaultHeaderSchema = z.strictObject({ ...headerShape, credentials: z.record(nameSchema, z.unknown()) })

/** `credentials.yaml`. */
export const vaultSchema = z
  .strictObject({ ...headerShape, credentials: z.record(nameSchema, vaultRecordSchema) })
  .describe('A Netlatch vault: credentials whose secrets are sealed')

/** What is sealed of a credential. Each field is a text; at least one is there. */
export const sealedSecretSchema = z
  .strictObject({
    password: z.string().min(1).optional(),
    enable: z.string().min(1).optional(),
    privateKey: z.string().min(1).optional(),
    passphrase: z.string().min(1).optional(),
  })
  .refine((secret) => Object.keys(secret).length > 0)

/** What a rotation leaves behind for those who knew the vault before it. */
export const successionSchema = z.array(
  z.strictObject({ epoch: z.int().min(2), key: z.base64(), to: z.string(), proof: z.string() }),
)

/** What travels between two vaults, inside an age file. */
export const exportSchema = z.strictObject({
  netlatch_export: z.literal(1),
  credentials: z.record(
    nameSchema,
    vaultRecordSchema
      .omit({ secret: true, seal: true })
      .extend({ sealed: sealedSecretSchema.optional(), reference: z.string().refine(isReference).optional() })
      .refine(({ sealed, reference }) => (sealed === undefined) !== (reference === undefined)),
  ),
})

export type VaultRecord = Readonly<z.infer<typeof vaultRecordSchema>>
export type VaultDocument = Readonly<z.infer<typeof vaultSchema>>
export type VaultRecipient = VaultDocument['recipients'][number]
export type SealedSecret = Readonly<z.infer<typeof sealedSecretSchema>>
export type SuccessionStep = Readonly<z.infer<typeof successionSchema>[number]>

export function isReference(text: string): boolean {
  return referenceSchemes.some((scheme) => text.startsWith(`${scheme}:`) && text.length > scheme.length + 1)
}
