const nodes = [
  'netlatchDiscoverCredentials',
  'netlatchRunBackup',
  'netlatchRunCommand',
  'netlatchInventory',
  'netlatchTrigger',
] as const

/** The nodes that a Netlatch credential may be used by, as tools of an agent too. */
export const supportedNodes: readonly string[] = nodes.flatMap((name) => [
  `n8n-nodes-netlatch.${name}`,
  `n8n-nodes-netlatch.${name}Tool`,
])
