/** What a shell can ask for: placeholders of the help, as `<device>`, that stand for names of the workspace. */
export const nameKinds = [
  'device',
  'selection',
  'group',
  'tag',
  'site',
  'role',
  'platform',
  'realm',
  'credential',
  'recipient',
  'job',
] as const

export type NameKind = (typeof nameKinds)[number]
