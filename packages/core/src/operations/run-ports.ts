import type { Forwarder } from '../connection/transport.ts'
import { NetlatchError } from '../errors.ts'
import type { Device } from '../model.ts'
import type { KnownHosts } from '../safety/known-hosts.ts'
import type { ChargeRule } from '../safety/realms.ts'
import type { OpenVault } from '../vault/open-vault.ts'
import { leadsBack } from '../workspace/jump-host-way.ts'
import { gatherKnowledge } from './gather-knowledge.ts'
import { type HostKeyDesk, openHostKeyDesk } from './host-key-desk.ts'
import { type JumpHosts, shareJumpHosts } from './jump-hosts.ts'
import type { Netlatch } from './netlatch.ts'
import { attemptOn, type OpenPorts, openDevice } from './open-device.ts'
import { Places } from './places.ts'
import { SpareHandshakes } from './spare-handshakes.ts'

export interface RunPortsInput {
  readonly vault: OpenVault
  readonly charge: ChargeRule
  readonly runId?: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** What the logins of one run share: reservations, host keys as they were read, jump hosts. Close it at the end. */
export async function openRunPorts(netlatch: Netlatch, input: RunPortsInput): Promise<OpenPorts & AsyncDisposable> {
  const places = new Places(await netlatch.state(), input.signal)
  const ports = {
    vault: input.vault,
    charges: input.charge,
    hostKeys: await openHostKeyDesk(netlatch),
    reserve: places.reserve,
    finish: places.finish,
    ...(input.runId !== undefined && { runId: input.runId }),
    timeoutMs: input.timeoutMs,
    signal: input.signal,
    spares: new SpareHandshakes(),
  }
  const ofJumpHosts = { ...ports, reserve: places.reserveOnJumpHost }
  const jumpHosts: JumpHosts = shareJumpHosts((name) => reachJumpHost(netlatch, name, { ...ofJumpHosts, jumpHosts }))
  return {
    ...ports,
    jumpHosts,
    [Symbol.asyncDispose]: async () => {
      await ports.spares[Symbol.asyncDispose]()
      await jumpHosts[Symbol.asyncDispose]()
    },
  }
}

async function reachJumpHost(
  netlatch: Netlatch,
  name: string,
  ports: OpenPorts,
): Promise<Forwarder & Partial<AsyncDisposable>> {
  const settings = netlatch.workspace.settings.jumpHosts[name]
  if (!settings) throw new NetlatchError('JUMP_HOST_FAILED', `${name} is not among jump_hosts:`)
  if (leadsBack(name, netlatch.workspace.settings.jumpHosts))
    // Waiting for itself, the run would never end.
    throw new NetlatchError('JUMP_HOST_FAILED', 'it is reached through itself')
  if ('ssh' in settings) return netlatch.sshJumpHost(settings.ssh)
  const credential = ports.vault.credentials.find((each) => each.name === settings.credential)
  if (!credential)
    throw new NetlatchError('JUMP_HOST_FAILED', `its credential ${settings.credential} is not in the vault`)
  const device = jumpHostAsDevice(name, settings)
  // What the credential has opened may all be behind this jump host: no recheck can come first.
  const attempt = { ...attemptOn(device, credential, 'login', ports), nowhereToRecheck: true }
  const opened = await openDevice(netlatch, { device, credential, attempt }, ports)
  if (opened.kind === 'opened') return opened.connection
  if (opened.kind === 'unusable') throw opened.error
  const reason = opened.kind === 'refused' ? `held back by the attempt budget (${opened.verdict.reason})` : opened.code
  throw new NetlatchError('JUMP_HOST_FAILED', `${credential.name} does not open it: ${reason}`)
}

/** A jump host is logged in to like a device: host key, scope and reservation included. */
export function jumpHostAsDevice(
  name: string,
  { host, port, jumpHost }: { readonly host: string; readonly port: number; readonly jumpHost?: string },
): Device {
  return {
    name,
    hosts: [host],
    port,
    platform: 'linux',
    transport: 'ssh',
    ...(jumpHost !== undefined && { jumpHost }),
    status: 'active',
    groups: [],
    tags: [],
    ssh: { algorithms: 'modern' },
    origin: { file: 'netlatch.yaml', line: 1, column: 1 },
    origins: {},
  }
}

export interface ScanPorts extends AsyncDisposable {
  readonly known: KnownHosts
  readonly hostKeys: HostKeyDesk
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  /** Opened at the first device behind a jump host: only then a login is needed. */
  jumpHosts(): Promise<JumpHosts>
}

/** What looking at host keys needs. A jump host on the way is logged in to; the devices themselves never are. */
export async function openScanPorts(
  netlatch: Netlatch,
  { signal, timeoutMs = 30_000 }: { readonly signal?: AbortSignal; readonly timeoutMs?: number },
): Promise<ScanPorts> {
  let opening: Promise<OpenPorts & AsyncDisposable> | undefined
  const open = async () => {
    const vault = await netlatch.vault()
    const { charge } = await gatherKnowledge(netlatch, vault)
    return openRunPorts(netlatch, { vault, charge, timeoutMs, signal: signal ?? new AbortController().signal })
  }
  return {
    known: await netlatch.hostKeys(),
    hostKeys: await openHostKeyDesk(netlatch),
    timeoutMs,
    ...(signal && { signal }),
    jumpHosts: async () => {
      opening ??= open()
      return (await opening).jumpHosts
    },
    [Symbol.asyncDispose]: async () => {
      await opening?.then(
        (ports) => ports[Symbol.asyncDispose](),
        () => undefined,
      )
    },
  }
}
