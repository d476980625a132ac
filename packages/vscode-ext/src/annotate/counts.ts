import { type Device, type DeviceRecord, resultCode } from '@netlatch/core'
import type { InlineText } from './inline-result.ts'

export interface Counts {
  /** Active devices that are reached by SSH. */
  readonly devices: number
  readonly opened: number
  readonly attention: number
  /** Not opened: untested, or in need of attention. */
  readonly open: number
}

/** Where devices stand, by their records. Devices that are never contacted do not count. */
export function countDevices(devices: readonly Device[], records: ReadonlyMap<string, DeviceRecord>): Counts {
  const active = devices.filter(({ status, transport }) => status === 'active' && transport === 'ssh')
  let opened = 0
  let attention = 0
  for (const { name } of active) {
    const record = records.get(name)
    if (!record) continue
    if (resultCode(record.code).needsAttention) attention += 1
    else if (record.credential !== null) opened += 1
  }
  return { devices: active.length, opened, attention, open: active.length - opened }
}

/** `412 · 397 ✓ · 15 need attention` */
export function countsText({ devices, opened, attention }: Counts): InlineText | undefined {
  if (devices === 0) return undefined
  const parts = [
    devices.toLocaleString('en-US'),
    ...(opened > 0 ? [`${opened.toLocaleString('en-US')} ✓`] : []),
    ...(attention > 0 ? [`${attention.toLocaleString('en-US')} need${attention === 1 ? 's' : ''} attention`] : []),
  ]
  return { text: parts.join(' · '), tone: attention > 0 ? 'warning' : 'dim' }
}
