import { z } from 'zod'

/** Names are typed on command lines and stand in selections. */
export const platformNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be small letters, digits and _. Write it as acme_os.')

const patternSchema = z.string().min(1).max(4000).describe('A regular expression, in the syntax of RE2')
const patterns = z.array(patternSchema)
const commandSchema = z
  .string()
  .regex(/^[^\p{Cc}]{1,1024}$/u, 'must be one line. Write each command on its own.')
  .describe('One line, as it is typed')
const keys = z.string().min(1).max(16)

const question = { prompt: patternSchema.describe('The whole line, blanks at its end aside'), answer: keys }

const wholeSchema = z
  .discriminatedUnion(
    'by',
    [
      z.strictObject({
        by: z.literal('end-marker'),
        pattern: patternSchema.describe('The last line'),
        echoed: z.boolean().optional().describe("The capture's own last command writes it: it proves nothing else"),
      }),
      z.strictObject({
        by: z.literal('balanced'),
        open: patternSchema,
        close: patternSchema,
        tail: patternSchema.optional().describe('What follows the last block, and nothing inside the configuration'),
      }),
      z.strictObject({ by: z.literal('first-line'), pattern: patternSchema }),
    ],
    {
      error:
        'must be { by: end-marker, pattern }, { by: balanced, open, close } or { by: first-line, pattern }. Correct it.',
    },
  )
  .describe('How to know that a configuration is whole')

const captureSchema = z.strictObject({
  commands: z.array(commandSchema).min(1).optional(),
  privileged: z.boolean().optional().describe('Enable is needed to see all of it'),
  whole: wholeSchema.optional(),
  known_end: patternSchema
    .nullable()
    .optional()
    .describe('A last line that some releases write: it proves the end where it stands'),
  witness: z
    .strictObject({
      command: commandSchema,
      answer: z.union(
        [
          patternSchema,
          z.strictObject({ repeats: z.literal('last-lines') }),
          z.strictObject({
            counts: patternSchema.describe('Its group (?<lines>…) is the number of lines'),
            of: commandSchema.optional().describe('Of the answer to this command alone'),
          }),
        ],
        { error: 'must be a pattern, { repeats: last-lines } or { counts: a pattern }. Correct it.' },
      ),
    })
    .nullable()
    .optional()
    .describe('A reading command behind the configuration that proves its end, where it has no mark of its own'),
  texts: z
    .array(z.strictObject({ open: patternSchema, close: patternSchema }))
    .nullable()
    .optional()
    .describe('Free text in which an end mark or a brace means nothing: banners, certificates, quotes'),
  section: patternSchema.optional().describe('What starts a section'),
  not_section: patterns.nullable().optional().describe('What section finds and starts none'),
  preamble: patterns.nullable().optional().describe('Lines before the configuration that are no part of it'),
})

const named = { name: z.string().min(1).max(80), pattern: patternSchema }
const secretSchema = z.strictObject({
  name: named.name,
  pattern: patternSchema.describe('Its group (?<secret>…) is what is hidden'),
  except: patternSchema
    .optional()
    .describe("What the group may find and is no secret: a keyword in the secret's place"),
  salted: z.boolean().optional().describe('The device encrypts it anew each time it shows it'),
})
const volatileSchema = z.strictObject(named)

const lists = {
  on_open: z.array(commandSchema),
  read_only: patterns,
  filters: patterns,
  errors: patterns,
  identity: patterns,
  volatile: z.array(volatileSchema),
  secrets: z.array(secretSchema),
  paging: z.array(z.strictObject(question)),
}

export const platformSchema = z
  .strictObject({
    version: z.literal(1).optional().describe('Of the file format'),
    name: platformNameSchema.describe('What an inventory says as platform:'),
    extends: platformNameSchema
      .optional()
      .describe('A platform that gives every value this file does not: its own name means the built-in one'),
    override: z.boolean().optional().describe('Takes the place of the built-in platform of this name. Default: false'),
    aliases: z.array(platformNameSchema).optional().describe('Other names for it'),
    title: z.string().min(1).max(200).optional().describe('For people: vendor and system'),
    prompt: patternSchema
      .optional()
      .describe('A whole prompt line in every mode; its group (?<host>…) is the hostname'),
    prompt_context: patternSchema.nullable().optional().describe('A line right above the prompt that belongs to it'),
    privileges: z
      .array(z.strictObject({ privilege: z.enum(['user', 'privileged']), prompt: patternSchema }))
      .optional()
      .describe('How a prompt ends in which privilege; the first match counts'),
    on_open: lists.on_open.optional().describe('Sent once before the first command: paging off, width'),
    type_ahead: z
      .enum(['clean', 'echoed', 'lost'])
      .optional()
      .describe('What becomes of commands that are sent before the prompt is back. Default: echoed'),
    enter: z.enum(['\n', '\r', '\r\n']).optional().describe('What the Enter key sends. Default: "\\n"'),
    paging: lists.paging.nullable().optional().describe('What a pager shows, and the key that goes on'),
    on_login: z
      .array(z.strictObject({ ...question, menu: z.boolean().optional() }))
      .nullable()
      .optional()
      .describe('Questions before the first prompt, and the keys that answer'),
    enable: z
      .strictObject({
        command: commandSchema.optional(),
        password_prompt: patternSchema.optional().describe('The secret is sent only to a line that matches'),
        refused: patternSchema.optional().describe('A line shown when the secret is refused'),
      })
      .nullable()
      .optional(),
    logout: commandSchema.optional().describe('Default: exit'),
    configurations: z
      .strictObject({ running: captureSchema.optional(), startup: captureSchema.nullable().optional() })
      .optional(),
    read_only: lists.read_only.optional().describe('Commands that only read, each pattern a whole command, case aside'),
    filters: lists.filters.nullable().optional().describe('What may stand behind a |. Absent: no pipes'),
    errors: lists.errors.optional().describe('Lines that say a command was refused'),
    identity: lists.identity
      .optional()
      .describe('Where the configuration says who the device is: groups (?<hostname>…) and (?<serial>…)'),
    serial: z.strictObject({ command: commandSchema }).nullable().optional(),
    volatile: lists.volatile.optional().describe('Lines that differ in every capture and are no change'),
    secrets: lists.secrets.optional().describe('Secrets in a configuration; [] where it has none'),
    detect: z
      .array(z.strictObject({ command: commandSchema, pattern: patternSchema }))
      .optional()
      .describe('How autodetect recognises it by an answer'),
    identification: patternSchema
      .optional()
      .describe("How autodetect recognises it by the SSH server's identification"),
    add: z
      .strictObject(
        Object.fromEntries(Object.entries(lists).map(([key, list]) => [key, list.optional()])) as {
          [K in keyof typeof lists]: z.ZodOptional<(typeof lists)[K]>
        },
      )
      .optional()
      .describe('With extends: what these lists have more than those of the other platform'),
  })
  .describe("A user's own platform")

export type PlatformFile = z.infer<typeof platformSchema>
