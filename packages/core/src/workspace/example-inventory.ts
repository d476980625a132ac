/** The inventory of a new workspace. An import takes its place while it is as it was made. */
export const exampleInventory = `version: 1

defaults: { platform: cisco_ios }

groups:
  dc1: { site: dc1, tags: [dc1] }

# Two examples: they are planned, so nothing connects to them. Replace them with your own devices.
devices:
  example-switch-1:
    host: 192.0.2.11
    groups: [dc1]
    tags: [access]
    status: planned
  example-spine-1:
    host: 192.0.2.21
    platform: arista_eos
    groups: [dc1]
    tags: [core]
    status: planned
`

export const emptyInventory = 'version: 1\n\ndevices: {}\n'
