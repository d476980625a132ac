import { iosTime } from '../cli/ios.ts'
import { junosTime } from '../cli/junos.ts'
import type { DeviceDescription } from '../description.ts'
import { PlantedSecrets, SeededRandom } from '../random.ts'
import { serialNumber } from '../serial-number.ts'
import { generateConfiguration } from './configuration.ts'

/** What one device runs with. Generated ones are made again at each capture: 10,000 of 50 KB are not kept. */
export class RunningConfiguration {
  readonly #device: DeviceDescription
  readonly #seed: number
  readonly #secrets: PlantedSecrets
  #text: string | undefined
  /** What the device would start with; undefined: what it runs with. */
  #saved: string | undefined
  #changedAt: Date
  #captures = 0

  constructor(device: DeviceDescription, options: { seed: number; secretsKey: Buffer; startedAt: Date }) {
    this.#device = device
    this.#seed = options.seed
    this.#secrets = new PlantedSecrets(options.secretsKey, device.name)
    this.#changedAt = options.startedAt
    this.#text = device.configuration?.text
  }

  /** Without the lines that change by themselves. */
  text(hostname: string): string {
    return this.#text ?? this.#generate(hostname)
  }

  /** Changes what it runs with. What it would start with stays, until that is saved. */
  change(text: string, now: Date, hostname: string): void {
    this.#saved ??= this.text(hostname)
    this.#text = text
    this.#changedAt = now
  }

  save(): void {
    this.#saved = undefined
  }

  /** Another startup-config than the device ever ran with. */
  saveAs(text: string): void {
    this.#saved = text
  }

  /** As the device writes out what it would start with. */
  startup(hostname: string): string {
    return this.#saved ?? this.text(hostname)
  }

  /** The secrets in the generated configuration, as they stand there. */
  plantedSecrets(hostname: string): string[] {
    this.#generate(hostname)
    return this.#secrets.all()
  }

  /** As the device writes it out now: the volatile lines differ from one capture to the next. */
  capture(hostname: string): string {
    this.#captures += 1
    const text = this.text(hostname)
    if (this.#device.platform === 'juniper_junos') {
      return `## Last commit: ${junosTime(this.#changedAt)} by netops\n${text}`
    }
    if (this.#device.platform === 'arista_eos') return text
    if (this.#device.platform === 'acme_os') return `; written as number ${this.#captures}\n${text}`
    const changed = `! Last configuration change at ${iosTime(this.#changedAt).replace(/\.\d+/, '')} by netops\n!\n`
    return changed + text.replace(/^ntp clock-period \d+/m, `ntp clock-period ${36_028_797 + this.#captures}`)
  }

  #generate(hostname: string): string {
    const { name, platform, configuration } = this.#device
    return generateConfiguration[platform]({
      hostname,
      serial: serialNumber(this.#device),
      bytes: configuration?.bytes ?? 4096,
      promptLikeLines: configuration?.promptLikeLines ?? false,
      random: new SeededRandom(`${this.#seed}/${name}`),
      secrets: this.#secrets,
    })
  }
}
