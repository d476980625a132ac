import { z } from 'zod'
import { countSchema, hostSchema, nameSchema, portSchema } from './name-schema.ts'
import { redactionModes } from './redaction-modes.ts'

const pathSchema = z.string().regex(/^[^\0]+$/, 'must be a path. Write it relative to this file.')

const inventorySourceSchema = z.union(
  [
    pathSchema,
    z
      .strictObject({ format: z.enum(['nornir', 'ansible']), path: pathSchema })
      .describe("Another tool's inventory, read where it is and never written: Nornir's folder, Ansible's YAML file"),
  ],
  { error: 'must be a path or { format: nornir or ansible, path }. Correct it.' },
)

const thresholdMessage =
  'must be 2 or more, or none. An account that locks at the first failure cannot be tried at all.'

const realmSchema = z
  .strictObject({
    kind: z
      .enum(['server', 'device', 'strict', 'unknown'])
      .describe('Who counts failed logins: one login server, each device, one server guarded strictly, or not known'),
    lockout_threshold: z
      .union([z.int().min(2, thresholdMessage).max(1000), z.literal('none')], { error: thresholdMessage })
      .optional()
      .describe('Failed logins in a row that lock an account. Default: 3, assumed'),
    max_in_flight: countSchema.optional().describe('Logins at once where the secret has worked before. Default: 16'),
    scope: z
      .enum(['workspace', 'shared'])
      .optional()
      .describe('shared: counted together with other workspaces that use the same state. Default: workspace'),
  })
  .describe('Accounts whose failed logins are counted together')

const jumpHostSchema = z.union(
  [
    z.strictObject({
      host: hostSchema,
      port: portSchema.optional(),
      credential: nameSchema,
      jump_host: nameSchema.optional().describe('The jump host that leads to this one'),
    }),
    z.strictObject({ ssh: hostSchema.describe('A Host of your own OpenSSH configuration') }),
  ],
  { error: 'must be { host, port, credential, jump_host } or { ssh }. Correct its keys.' },
)

export const backupsSchema = z.union(
  [
    pathSchema,
    z.strictObject({
      repository: pathSchema.optional().describe('Default: backups.git'),
      branch: nameSchema.optional().describe('Default: main'),
      push: z
        .string()
        .regex(/^[^-\0\s]\S*$/, 'must be the name or the URL of a git remote. Correct it.')
        .refine(
          (text) => !/^[a-z+]+:\/\/[^/@]*:[^/@]*@/i.test(text),
          'holds a password. Let a git credential helper know it.',
        )
        .optional()
        .describe('Where every run publishes the branch: a remote of the repository, or a URL. Default: nowhere'),
      redaction: z
        .enum(redactionModes)
        .optional()
        .describe(
          'Secrets in configurations: fingerprint (replaced), sealed (also kept whole, encrypted for the recipients of the vault), or raw (in clear). Default: fingerprint',
        ),
      startup: z
        .boolean()
        .optional()
        .describe('Also save the startup-config, where the platform has one. Default: true'),
    }),
  ],
  { error: 'must be a path or { repository, branch, push, redaction, startup }. Correct its keys.' },
)

export const workspaceSchema = z
  .strictObject({
    version: z.literal(1).optional(),
    inventory: z
      .union([pathSchema, z.array(inventorySourceSchema).min(1)], {
        error: 'must be a list of files. Write [inventory.yaml], or [{ format: nornir, path: inventory }].',
      })
      .optional()
      .describe('Inventory files or globs. Default: inventory.yaml'),
    credentials: pathSchema.optional().describe('The vault. Default: credentials.yaml'),
    known_hosts: pathSchema.optional().describe('Host keys, in the format of OpenSSH. Default: known_hosts'),
    state: z
      .string()
      .regex(
        /^(?:sql(?:ite|js):.+|postgres(?:ql)?:\/\/.+)$/s,
        'must be sqlite:<file>, sqljs:<file> or postgres://…. Correct it.',
      )
      .optional()
      .describe(
        'What Netlatch remembers: sqlite:<file>, or sqljs:<file> for one program at a time, where Node has no SQLite. Default: sqlite:.netlatch/state.db',
      ),
    backups: backupsSchema.optional().describe('The git repository of the configurations. Default: backups.git'),
    jobs: z
      .union([pathSchema, z.array(pathSchema).min(1)], { error: 'must be a list of files. Write [jobs/*.yaml].' })
      .optional()
      .describe('Job files or globs. Default: jobs/*.yaml'),
    textfsm: pathSchema.optional().describe('A folder of TextFSM templates with an index. Default: none'),
    platforms: z
      .union([pathSchema, z.array(pathSchema).min(1)], { error: 'must be a list of files. Write [platforms/*.yaml].' })
      .optional()
      .describe('Platform files or globs. Default: platforms/*.yaml'),
    realms: z.record(nameSchema, realmSchema).nullable().optional(),
    jump_hosts: z.record(nameSchema, jumpHostSchema).nullable().optional(),
    host_keys: z.enum(['strict', 'accept-new']).optional().describe('Unknown host keys. Default: strict'),
    limits: z
      .strictObject({
        concurrency: countSchema.optional().describe('Sessions at once. Default: 64'),
        per_site: countSchema.optional().describe('Default: 16'),
        per_device: countSchema.optional().describe('Default: 2'),
        connects_per_second: countSchema.optional().describe('Default: 50'),
      })
      .nullable()
      .optional(),
  })
  .describe('Settings of a Netlatch workspace')

export type WorkspaceFile = z.infer<typeof workspaceSchema>
