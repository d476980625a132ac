import { z } from 'zod'
import { countSchema, nameSchema } from '../workspace/name-schema.ts'
import { durationPattern } from './duration.ts'
import { retryClassNames } from './retry.ts'

const durationSchema = z.string().regex(durationPattern, 'must be a duration. Write it as 30s, 2m or 1h.')
const textSchema = z.string().min(1).max(4096)
const commandsSchema = z
  .array(textSchema.max(1024).regex(/^\S.*$/, 'must be a command on one line. Write it as on the device.'))
  .min(1)
  .max(100)

const shareSchema = z.number().min(0).max(1)

const oneOrMoreSchema = z.union([textSchema, z.array(textSchema).min(1)], {
  error: 'must be a text or a list of texts. Put it in quotes.',
})

const expectationSchema = z
  .strictObject({
    command: textSchema.optional().describe('Of which command. Default: of each'),
    contains: oneOrMoreSchema.optional().describe('Texts that must be in the answer'),
    matches: oneOrMoreSchema.optional().describe('Patterns that must match; ^ and $ are the ends of a line'),
    not_matches: oneOrMoreSchema.optional().describe('Patterns that must not match'),
  })
  .describe('What the answers must look like; else the device needs attention')

const versionSchema = z.literal(1).optional().describe('Of the file format')
const descriptionSchema = z.string().max(1000).optional().describe('For people')

export const jobSchema = z
  .strictObject({
    version: versionSchema,
    description: descriptionSchema,
    selection: textSchema.describe('Devices, as everywhere: role:core and not lab'),
    commands: z
      .union([commandsSchema, z.record(nameSchema, commandsSchema)], {
        error: 'must be a list of commands, or lists by platform. Write { any: [show version] }.',
      })
      .describe('Commands that only read; by platform where they differ, any: for the rest'),
    save_to: textSchema
      .max(300)
      .optional()
      .describe('A file for each answer, below the workspace, with {device}, {site}, {timestamp} and {command}'),
    raw: z.boolean().optional().describe('Save secrets of configurations as they are. Default: fingerprints'),
    replace: z.boolean().optional().describe('Replace files that are there. Default: false'),
    limits: z
      .strictObject({
        concurrency: countSchema.optional().describe("Sessions at once. Default: the workspace's"),
        timeout: durationSchema.optional().describe('From connecting to the prompt. Default: 60s'),
        command_timeout: durationSchema.optional().describe('For each command. Default: 2m'),
      })
      .optional(),
    waves: z
      .strictObject({
        canary: countSchema.optional().describe('Devices that go first; all of them must be well'),
        batch: countSchema.optional().describe('Devices of each further wave. Default: all the rest'),
        stop_at: z
          .string()
          .regex(/^(?:100|[1-9]\d?)%$/, 'must be a percentage from 1% to 100%. Write it as 10%.')
          .optional()
          .describe('Failed devices, of those done, at which no further wave starts'),
      })
      .optional(),
    retry: z
      .strictObject({
        attempts: z.int().min(2).max(10).optional().describe('Tries in all. Default: 3'),
        on: z.array(z.enum(retryClassNames)).min(1).describe('What is tried again; a failed login never is'),
        backoff: durationSchema.optional().describe('Before the second try, then doubled. Default: 10s'),
        max_backoff: durationSchema.optional().describe('Default: 5m'),
        jitter: shareSchema.optional().describe('Share of the wait that is left to chance. Default: 0.5'),
      })
      .optional(),
    expect: z.array(expectationSchema).min(1).optional(),
    parse: z
      .strictObject({
        template: textSchema.max(200).optional().describe('A file of textfsm:. Default: found by its index'),
        min_score: shareSchema.optional().describe('Share of the cells that must be filled. Default: 0'),
      })
      .optional()
      .describe('Turn answers into rows with TextFSM'),
  })
  .describe('Commands for a selection of devices')

export const batchSchema = z
  .strictObject({
    version: versionSchema,
    description: descriptionSchema,
    jobs: z.array(nameSchema).min(1).max(100).describe('Names of jobs, in their order'),
    stop_on_failure: z
      .boolean()
      .optional()
      .describe('Do not start the next one when devices need attention. Default: true'),
    delay: durationSchema.optional().describe('Between two jobs. Default: none'),
  })
  .describe('Several jobs, one after the other')

export const jobFileSchema = z.union([jobSchema, batchSchema])

export type JobValues = z.infer<typeof jobSchema>
export type BatchValues = z.infer<typeof batchSchema>
