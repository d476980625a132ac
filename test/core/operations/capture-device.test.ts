import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, it } from 'mocha'
import type { Archive } from '../../../packages/core/src/backup/archive.ts'
import { openGitArchive } from '../../../packages/core/src/backup/git-archive.ts'
import type { StoredCapture } from '../../../packages/core/src/backup/stored-capture.ts'
import type { Device } from '../../../packages/core/src/model.ts'
import { captureDevice } from '../../../packages/core/src/operations/capture-device.ts'
import { DeviceTrace } from '../../../packages/core/src/operations/device-trace.ts'
import type { Netlatch } from '../../../packages/core/src/operations/netlatch.ts'
import type { CaptureInput } from '../../../packages/core/src/operations/store-capture.ts'
import { TurnByTurn } from '../../../packages/core/src/operations/turn-by-turn.ts'
import type { OpenedDevice } from '../../../packages/core/src/operations/visit-devices.ts'
import { findPlatform } from '../../../packages/core/src/platforms/index.ts'
import type { Platform } from '../../../packages/core/src/platforms/platform.ts'
import { type ScriptStep, scriptedShell } from '../../../packages/core/src/session/scripted-shell.ts'
import { openStateStore } from '../../../packages/core/src/state/open-state-store.ts'
import type { StateStore } from '../../../packages/core/src/state/state-store.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const ios = findPlatform('cisco_ios') as Platform

/** A device whose packets come as they are written here; the archive and the state are real. */
interface Script {
  /** The last of a packet of its own. */
  readonly banner?: string
  readonly prompt: string
  /** What the configuration says of its name. */
  readonly states?: string
  readonly expect?: Device['expect']
  /** The startup-config is asked for, and this device never answers. @default false */
  readonly startup?: boolean
  readonly signal?: AbortSignal
}

function steps({ banner, prompt, states }: Script): readonly ScriptStep[] {
  const name = states === undefined ? '' : `hostname ${states}\r\n`
  const configuration = `!\r\nversion 15.2\r\n${name}!\r\ninterface Vlan1\r\n ip address 10.0.0.1 255.255.255.0\r\n!\r\nend\r\n\r\n`
  return [
    ...(banner === undefined ? [] : [{ shows: banner }]),
    { shows: `\r\n${prompt}` },
    ...ios.onOpen.map((command) => ({ sent: `${command}\n`, shows: `${command}\r\n${prompt}` })),
    ...ios.configurations.running.commands.map((command) => ({
      sent: `${command}\n`,
      shows: `${command}\r\n${configuration}${prompt}`,
    })),
  ]
}

describe('capturing a device', () => {
  const folder = temporaryFolder()
  let count = 0

  async function capture(script: Script, noted: StoredCapture[] = []): Promise<StoredCapture> {
    const place = join(folder(), String(count++))
    await using archive: Archive = await openGitArchive({ repository: `${place}.git` })
    await using state: StateStore = await openStateStore({
      url: `sqlite:${place}.sqlite`,
      workspace: 'test',
      program: { program: 'test', user: 'test' },
    })
    const netlatch = {
      platform: () => ios,
      now: () => new Date(),
      redact: (text: string) => text,
    } as unknown as Netlatch
    const input: CaptureInput = {
      state,
      archive,
      startedAt: new Date(),
      acceptShrink: false,
      judging: new TurnByTurn(),
      startup: script.startup ?? false,
      redaction: 'fingerprint',
      recipients: [],
      lastGood: { running: new Map(), startup: new Map() },
      keep: async (stored) => {
        noted.push(stored)
      },
    }
    const opened = {
      device: { name: 'dev', platform: 'cisco_ios', hosts: ['192.0.2.1'], groups: [], tags: [], expect: script.expect },
      credential: { name: 'core' },
      connection: { shell: async () => scriptedShell(steps(script)) },
      ports: { timeoutMs: 2_000, vault: { redactionKey: randomBytes(32) }, signal: script.signal },
      notes: new DeviceTrace(undefined),
    } as unknown as OpenedDevice
    const judge = await captureDevice(netlatch, input, opened)
    return (await judge()).running
  }

  it('does not take a line of a banner for the name of the device', async () => {
    const { code, because } = await capture({ banner: 'NOTICE#', prompt: 'sw1#', expect: { hostname: 'sw1' } })
    assert.deepEqual([code, because], ['FIRST', ''])
  })

  it('holds the configuration of another device whose banner has the right name', async () => {
    const { code, because } = await capture({
      banner: 'sw1#',
      prompt: 'sw2#',
      states: 'sw2',
      expect: { hostname: 'sw1' },
    })
    assert.deepEqual([code, because], ['CAPTURE_HELD', 'answers as sw2'])
  })

  it('has the running configuration noted while the device is asked for its startup-config', async () => {
    const stop = new AbortController()
    const noted: StoredCapture[] = []
    const running = capture({ prompt: 'sw1#', states: 'sw1', startup: true, signal: stop.signal }, noted)
    for (let waited = 0; noted.length === 0 && waited < 1_900; waited += 20) await sleep(20)
    assert.deepEqual(
      noted.map(({ configuration, code }) => [configuration, code]),
      [['running', 'FIRST']],
    )
    stop.abort(new Error('stopped by the test'))
    await assert.rejects(running, /stopped by the test/)
    assert.equal(noted.length, 1)
  })
})
