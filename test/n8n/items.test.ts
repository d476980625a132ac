import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { BackupResult } from '../../packages/core/src/index.ts'
import { backupItem } from '../../packages/n8n-nodes/src/items/backup-item.ts'

const saved: BackupResult = {
  device: 'sw-1',
  host: '10.0.0.1',
  platform: 'hp_procurve',
  outcome: 'success',
  code: 'FIRST',
  message: 'sw-1: first backup, unproven',
  advice: 'netlatch backup sw-1 later, or netlatch backups accept sw-1',
  credential: 'lab',
  privilege: 'privileged',
  attempts: [],
  phases: {},
  durationMs: 10,
  testedAt: new Date('2026-05-04T12:00:00Z'),
  details: { added: 40, removed: 0, unproven: 'nothing in it marks its end' },
  configuration: 'running',
  verdict: 'unproven',
  unproven: 'nothing in it marks its end',
  path: 'sw-1.cfg',
  bytes: 900,
  linesAdded: 40,
  linesRemoved: 0,
  commit: '4f2c91a4f2c91a',
}

describe('the item of a backup', () => {
  it('says why it is unproven, and needs nobody for that', () => {
    const { json, needsAttention } = backupItem(saved, {}, { simplify: true, workspace: 'acme', runId: '01JX' })
    assert.deepEqual(
      [json.result, json.unproven, json.message, needsAttention],
      ['first', 'nothing in it marks its end', 'sw-1: first backup, unproven', false],
    )
    assert.ok(!('runId' in json))
    const { unproven: _, ...good } = { ...saved, verdict: 'good' as const }
    const raw = backupItem(saved, {}, { simplify: false, workspace: 'acme', runId: '01JX' }).json
    assert.deepEqual([raw.workspace, raw.runId], ['acme', '01JX'])
    assert.ok(!('unproven' in backupItem(good, {}, { simplify: true, workspace: 'acme', runId: '01JX' }).json))
  })
})
