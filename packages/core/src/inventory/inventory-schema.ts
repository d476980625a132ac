import { z } from 'zod'
import { algorithmProfiles, deviceStatuses } from '../model.ts'
import { hostSchema, nameSchema, portSchema } from '../workspace/name-schema.ts'

const namesSchema = z.array(nameSchema)

const sshSchema = z
  .strictObject({
    algorithms: z.enum(algorithmProfiles).optional().describe('Which SSH algorithms may be offered. Default: modern'),
    reason: z.string().min(1).optional().describe('Why the device needs it'),
    until: z.iso
      .date({ error: 'must be a date. Write it as 2027-06-30.' })
      .optional()
      .describe('When to look again; later is a warning'),
  })
  .describe('How SSH is spoken with the device')

/** What defaults, groups and devices can say alike. */
const valuesShape = {
  platform: nameSchema.optional().describe("Netmiko's device_type, or autodetect. Default: autodetect"),
  port: portSchema.optional().describe('Default: 22'),
  transport: z.enum(['ssh', 'telnet']).optional().describe('telnet is counted, never contacted. Default: ssh'),
  status: z
    .enum(deviceStatuses)
    .optional()
    .describe('The life cycle. Only active devices are contacted. Default: active'),
  site: nameSchema.optional(),
  role: nameSchema.optional(),
  tags: namesSchema.optional().describe('Added to those of groups and defaults'),
  realm: nameSchema.optional().describe('Who is asked first about a login; a name of realms: in netlatch.yaml'),
  jump_host: nameSchema.optional().describe('A name of jump_hosts: in netlatch.yaml'),
  credential: nameSchema.optional().describe('The credential that is tried first'),
  ssh: sshSchema.optional(),
}

export const defaultsSchema = z.strictObject(valuesShape).describe('Values for every device')

export const groupSchema = z
  .strictObject({ ...valuesShape, groups: namesSchema.optional().describe('Groups that this one builds on') })
  .nullable()
  .describe('Values for its devices')

export const deviceSchema = z
  .strictObject({
    host: z
      .union([hostSchema, z.array(hostSchema).min(1)], {
        error: 'must be an address or a name, or a list of them. Write it without user, port, mask or scheme.',
      })
      .describe('Address or name; a list is tried in order'),
    ...valuesShape,
    groups: namesSchema.optional().describe('Merged in this order'),
    expect: z
      .strictObject({ hostname: z.string().min(1).optional(), serial: z.string().min(1).optional() })
      .optional()
      .describe('Who the device must be'),
  })
  .describe('A device')

const versionSchema = z.literal(1).optional().describe('Of the file format')

export const inventorySchema = z
  .strictObject({
    version: versionSchema,
    defaults: defaultsSchema.nullable().optional(),
    groups: z.record(nameSchema, groupSchema).nullable().optional(),
    devices: z.record(nameSchema, deviceSchema).nullable().optional(),
  })
  .describe('Devices of a Netlatch workspace')

/** The file without its layers, which are checked one by one so that one mistake spoils one device only. */
export const inventoryFrameSchema = z.strictObject({
  version: versionSchema,
  defaults: z.unknown().optional(),
  groups: z.record(nameSchema, z.unknown()).nullable().optional(),
  devices: z.record(nameSchema, z.unknown()).nullable().optional(),
})

export type DefaultsValues = z.infer<typeof defaultsSchema>
export type GroupValues = NonNullable<z.infer<typeof groupSchema>>
export type DeviceValues = z.infer<typeof deviceSchema>

/** Every key that a layer may have: `platform`, `ssh` … */
export const layerKeys: ReadonlySet<string> = new Set([...Object.keys(deviceSchema.shape)])
