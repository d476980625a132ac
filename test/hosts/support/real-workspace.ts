import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { CommandLine } from '../../support/command-line.ts'
import { type RealHost, type RealHosts, startRealHosts } from './real-hosts.ts'

/** A credential of the vault: the tag that leads to it, and what it logs in with. */
export interface RealCredential {
  readonly name: string
  readonly username: string
  readonly tag: string
  readonly password?: string
  /** OpenSSH's format. A credential has one or both. */
  readonly privateKey?: string
}

/** A new workspace with an inventory of real hosts and a vault; no host key is known yet. A host's tag is its name. */
export async function realWorkspace(hosts: RealHosts, credentials: readonly RealCredential[]): Promise<CommandLine> {
  const line = await CommandLine.make()
  await line.mustRun(['init', '--yes'])
  const devices = Object.fromEntries(hosts.hosts.map((host) => [host.name, entryOf(host)]))
  await writeFile(join(line.folder, 'inventory.yaml'), stringify({ version: 1, devices }))
  for (const each of credentials) await addCredential(line, each)
  return line
}

/** A Linux server and a router, a credential for each, and their host keys known. Close the workspace, then stop the hosts. */
export async function serverAndRouter(): Promise<{ readonly hosts: RealHosts; readonly netlatch: CommandLine }> {
  const hosts = await startRealHosts([
    { name: 'linux-1', kind: 'linux', username: 'ops' },
    { name: 'frr-1', kind: 'frr', username: 'routing' },
  ])
  const netlatch = await realWorkspace(hosts, [
    { name: 'linux-ops', username: 'ops', tag: 'linux-1', password: hosts.host('linux-1').password },
    { name: 'routers', username: 'routing', tag: 'frr-1', password: hosts.host('frr-1').password },
  ])
  await netlatch.mustRun(['trust', '--scan'])
  return { hosts, netlatch }
}

function entryOf({ name, kind, address, port }: RealHost): Record<string, unknown> {
  return {
    host: address,
    port,
    platform: kind === 'frr' ? 'frr' : 'linux',
    site: 'lo',
    tags: [name],
    realm: 'on-device',
  }
}

async function addCredential(line: CommandLine, credential: RealCredential): Promise<void> {
  const { name, username, tag, password, privateKey } = credential
  const fields = ['--username', username, '--tags', tag, '--hosts', '127.0.0.0/8', '--realm', 'on-device']
  const words = ['vault', 'add', name, ...fields]
  if (password !== undefined) await line.mustRun([...words, '--secret-env', 'SECRET'], { SECRET: password })
  if (privateKey === undefined) return
  const file = join(line.home, 'login-key')
  await writeFile(file, privateKey, { mode: 0o600 })
  const target = password === undefined ? words : ['vault', 'set', name]
  await line.mustRun([...target, '--private-key', file])
  await rm(file)
}
