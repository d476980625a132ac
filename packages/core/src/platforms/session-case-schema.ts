import { z } from 'zod'

const fileName = z
  .string()
  .regex(/^[\w][\w.-]{0,99}$/, 'must be the name of a file in the same folder. Write it without a path.')
const shownSchema = z.union([z.string(), z.strictObject({ file: fileName, lineEnd: z.string() })], {
  error: 'must be a text or { file, lineEnd }. Correct it.',
})

/** session.yaml: what a device was sent and what it showed, and what has to come of it. */
export const sessionCaseSchema = z
  .strictObject({
    about: z.string().describe('What is special about it'),
    recorded: z.literal(true).optional().describe('From a real device. Absent: written after manuals'),
    platform: z.string(),
    prompt: z.string().describe('At the end'),
    hostname: z.string().optional(),
    privilege: z.enum(['user', 'privileged', 'unknown']),
    script: z
      .array(
        z.strictObject({
          sent: z.string().optional().describe('What the device waits for. Absent: it shows this unasked'),
          shows: z.union([shownSchema, z.array(shownSchema)]),
          repeats: z.boolean().optional().describe('Plays as often as it is asked for: the last one'),
        }),
      )
      .min(1),
    commands: z.array(z.string()).min(1).describe('Sent in this order; their outputs are running-config.txt'),
    hidden: z.array(z.string()).optional().describe('Must be gone after redaction'),
    kept: z.array(z.string()).optional().describe('Must stay'),
  })
  .describe('A recorded session')

export type SessionCaseFile = z.infer<typeof sessionCaseSchema>
