import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { type Disk, openDisk } from './disk.ts'
import { type BareDevice, type BareJob, type Measurement, measure } from './job.ts'

/**
 * The control: ssh2 alone, as somebody would write it who knows it well. No delay on the socket, the host key compared, the
 * right method at once and no other, the fastest cipher first, bytes joined once. It keeps no ledger, remembers nothing and
 * checks no answer.
 */
export async function runBare(job: BareJob): Promise<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), 'netlatch-bench-'))
  await using disk = job.task === 'backup-durably' ? openDisk(folder) : undefined
  try {
    return await measure(async () => {
      const waiting = job.devices.values()
      let succeeded = 0
      const lane = async () => {
        for (const device of waiting) if (await visit(device, job.task, folder, disk)) succeeded += 1
      }
      await Promise.all(Array.from({ length: job.concurrency }, lane))
      await disk?.[Symbol.asyncDispose]()
      return { succeeded }
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function visit(device: BareDevice, task: BareJob['task'], folder: string, disk?: Disk): Promise<boolean> {
  for (const login of device.logins) {
    disk?.begin(device.name)
    const client = await logIn(device, login)
    disk?.end(device.name)
    if (client === undefined) continue
    try {
      if (task === 'discover') await seePrompt(client)
      if (task === 'backup-shell') await writeFile(join(folder, device.name), await captureByShell(client))
      if (task === 'backup-durably') await disk?.store(device.name, await captureByShell(client))
      if (task === 'backup-exec') await writeFile(join(folder, device.name), await captureByExec(client))
    } finally {
      client.end()
    }
    return true
  }
  return false
}

const algorithms: ssh2.Algorithms = {
  cipher: { append: [], prepend: ['aes128-gcm@openssh.com'], remove: [] },
} as unknown as ssh2.Algorithms

/** Undefined: the password is wrong. */
function logIn(
  device: BareDevice,
  login: { readonly username: string; readonly password: string },
): Promise<ssh2.Client | undefined> {
  const client = new ssh2.Client()
  return new Promise((resolve, reject) => {
    let sent = false
    client.on('ready', () => resolve(client))
    client.on('error', reject)
    client.on('close', () => reject(new Error(`${device.name} closed the connection`)))
    client.on('connect', () => client.setNoDelay(true))
    client.connect({
      host: device.address,
      port: device.port,
      username: login.username,
      algorithms,
      hostVerifier: (key: Buffer, verify: (valid: boolean) => void) =>
        verify(key.toString('base64') === device.hostKey),
      authHandler: (_methods, _partial, next) => {
        if (sent) {
          resolve(undefined)
          client.end()
          return
        }
        sent = true
        next({ type: 'password', ...login })
      },
    })
  })
}

const shellSize = { rows: 1000, cols: 511, term: 'vt100' }
const prompt = /(?:^|\n)[\w.-]+[>#] ?$/

function openShell(client: ssh2.Client): Promise<ssh2.ClientChannel> {
  return new Promise((resolve, reject) =>
    client.shell(shellSize, (error, channel) => (error ? reject(error) : resolve(channel))),
  )
}

async function seePrompt(client: ssh2.Client): Promise<void> {
  const channel = await openShell(client)
  await new Promise<void>((resolve, reject) => {
    let text = ''
    channel.on('close', () => reject(new Error('closed before the prompt')))
    channel.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
      if (prompt.test(text)) resolve()
    })
  })
}

/** All commands at once behind the first prompt; done when the prompt stands there for the fourth time. */
async function captureByShell(client: ssh2.Client): Promise<Buffer> {
  const channel = await openShell(client)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let tail = ''
    let hasWritten = false
    channel.on('close', () => reject(new Error('closed before the end')))
    channel.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      tail = (tail + chunk.toString('latin1', Math.max(0, chunk.length - 200))).slice(-200)
      if (!prompt.test(tail)) return
      if (!hasWritten) {
        hasWritten = true
        channel.write('terminal length 0\nterminal width 511\nshow running-config\n')
      } else if (/\nend\r?\n/.test(tail)) resolve(Buffer.concat(chunks))
    })
  })
}

function captureByExec(client: ssh2.Client): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    client.exec('show running-config', (error, channel) => {
      if (error) return reject(error)
      const chunks: Buffer[] = []
      channel.on('data', (chunk: Buffer) => chunks.push(chunk))
      channel.on('close', () => resolve(Buffer.concat(chunks)))
    }),
  )
}
