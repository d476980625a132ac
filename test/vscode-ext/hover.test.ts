import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { SnapshotRecord } from '../../packages/core/src/index.ts'
import { deviceHover } from '../../packages/vscode-ext/src/annotate/hover.ts'
import { storedDevice } from '../support/stored-device.ts'

const now = new Date('2026-05-04T12:00:00Z')

const device = storedDevice('hp_procurve')

const stored: SnapshotRecord = {
  id: '1',
  device: 'sw-1',
  configuration: 'running',
  capturedAt: new Date('2026-05-03T12:00:00Z'),
  seenAt: new Date('2026-05-03T12:00:00Z'),
  bytes: 63_000,
  sections: 10,
  runId: 'r',
  sha256: '00',
}

function lastLine(backup: SnapshotRecord): string {
  const { lines } = deviceHover({ device, result: undefined, keys: [], backup, now, hostKeyTrouble: false, acts: true })
  return lines.at(-1) ?? ''
}

describe('the hover of a device', () => {
  it('calls a backup good, or says why it is not called that', () => {
    assert.match(lastLine(stored), /^Last good backup .+, 6\d KB$/)
    const unproven = lastLine({ ...stored, unprovenBecause: 'nothing in it marks its end' })
    assert.match(unproven, /^Last backup .+, 6\d KB, unproven: nothing in it marks its end$/)
  })
})
