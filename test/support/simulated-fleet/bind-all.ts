import type { SimulatedDevice } from './device.ts'

/** Gives each device an address of 127.0.0.0/8 and all of them one port; where there is only 127.0.0.1, a port each. */
export async function bindAll(devices: readonly SimulatedDevice[], wantedPort: number): Promise<void> {
  const addresses = assignAddresses(devices)
  for (let attempt = 1; ; attempt += 1) {
    try {
      await bindOnePort(devices, addresses, wantedPort)
      return
    } catch (error) {
      await Promise.all(devices.map((device) => device.listener.release()))
      if (hasCode(error, 'EADDRNOTAVAIL')) break
      // The port was free on the first address and taken on another one: any other port will do.
      if (!hasCode(error, 'EADDRINUSE') || wantedPort !== 0 || attempt === 5) throw error
    }
  }
  // macOS has 127.0.0.1 alone.
  for (const device of devices) await device.listener.bind('127.0.0.1', 0)
}

async function bindOnePort(
  devices: readonly SimulatedDevice[],
  addresses: readonly string[],
  wantedPort: number,
): Promise<void> {
  let port = wantedPort
  for (const [index, device] of devices.entries()) {
    await device.listener.bind(addresses[index] ?? '127.0.0.1', port)
    port = device.listener.port
  }
}

function assignAddresses(devices: readonly SimulatedDevice[]): string[] {
  const taken = new Set(devices.map((device) => device.description.address))
  let next = 0
  return devices.map((device) => {
    if (device.description.address !== undefined) return device.description.address
    for (;;) {
      const address = `127.77.${Math.floor(next / 254)}.${(next % 254) + 1}`
      next += 1
      if (!taken.has(address)) return address
    }
  })
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
