import type { Device } from '../../packages/core/src/index.ts'

/** The device sw-1 of an inventory, as it is read. */
export function storedDevice(platform: string): Device {
  return {
    name: 'sw-1',
    hosts: ['10.0.0.1'],
    port: 22,
    platform,
    transport: 'ssh',
    status: 'active',
    groups: [],
    tags: [],
    ssh: { algorithms: 'modern' },
    origin: { file: 'inventory.yaml', line: 3, column: 3 },
    origins: {},
  }
}
