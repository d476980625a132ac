import type { Connection } from '../connection/transport.ts'
import type { ResultFacts } from '../device-result.ts'
import type { Credential, Device } from '../model.ts'
import type { DeviceResult, ProgressEvent } from '../progress.ts'
import type { DeviceRecord } from '../state/state-store.ts'
import type { DeviceNotes } from './device-trace.ts'
import type { OpenPorts } from './open-device.ts'

/** A device that let a credential in, for as long as `work` takes. */
export interface OpenedDevice {
  readonly device: Device
  readonly credential: Credential
  readonly connection: Connection
  readonly ports: OpenPorts
  /** For what shows during the work and belongs to the result however it ends. */
  readonly notes: DeviceNotes
}

/** What `work` found out; credential, tries, phases and times are filled in. */
export type WorkFacts = Pick<ResultFacts, 'code'> &
  Partial<Pick<ResultFacts, 'privilege' | 'details' | 'advice' | 'message'>>

export interface Worked<R extends DeviceResult> {
  readonly facts: WorkFacts
  /** What the operation adds to the result: answers, the capture … */
  readonly more?: Omit<R, keyof DeviceResult>
}

/**
 * What is left to do once a device has given all it has: the next device has its turn meanwhile. At most three times as many
 * devices as may be open at once are without a result.
 */
export type Afterwards<R extends DeviceResult> = () => Promise<Worked<R>>

export interface VisitOptions<R extends DeviceResult> {
  readonly operation: 'discover' | 'test' | 'run' | 'backup' | 'terminal'
  /** As people wrote it, for the record of the run. */
  readonly selection: string
  /** `confidence` learns from the run itself; `resolution` takes each device's candidates as they stand. */
  readonly order: 'confidence' | 'resolution'
  /** What to do on an open device. A NetlatchError with a result code becomes the device's result. */
  readonly work: (opened: OpenedDevice) => Promise<Worked<R> | Afterwards<R>>
  /**
   * Whether what `work` found is what was looked for. If not, other candidates follow, and the result stands only when none of
   * them is better. Not asked about what is left for afterwards. @default always
   */
  readonly isEnough?: (facts: WorkFacts) => boolean
  /** Results that are known without a visit; they belong to the run, and are given first. */
  readonly foregone?: readonly DeviceResult[]
  /**
   * The result of a device by what is known of it, where another program has just opened it and that spares the visit.
   * @default every device is visited
   */
  readonly resultElsewhere?: (record: DeviceRecord) => ResultFacts | undefined
  /** Work over connections that an earlier operation left open, without a login. @default false */
  readonly reuse?: boolean
  readonly mayLearn?: (device: Device, credential: Credential) => boolean
  /** Ask each device once more what it refused before. @default false */
  readonly retryRejected?: boolean
  /** Sessions at once. @default the workspace's */
  readonly concurrency?: number
  /** From connecting to the end of the login. @default 60_000 */
  readonly timeoutMs?: number
  /** How long the run stays for windows of the attempt budget. @default 40 minutes */
  readonly maxWaitMs?: number
  /** Keep what came out as what is known of the devices. @default true */
  readonly save?: boolean
  /** A run that the caller starts and ends; it also records the results, once what they claim is done. @default its own run */
  readonly runId?: string
  /** Nothing new is started once it fires; what is in flight ends well. */
  readonly finish?: AbortSignal
  /** Everything stops. */
  readonly signal?: AbortSignal
  readonly onProgress?: (event: ProgressEvent) => void
}
