import { createHmac } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import { type DataKey, fingerprintOf, sameText } from './data-key.ts'
import { openHeader, sealHeader } from './vault-record.ts'
import { type SuccessionStep, successionSchema, type VaultDocument } from './vault-schema.ts'

/**
 * How a rotated vault proves itself to those who knew it before. A fingerprint is the hash of the data key's succession
 * key. A rotation names the next fingerprint under that key (HMAC) and hands the key on, sealed under the new data key:
 * who has pinned the old fingerprint finds the key that hashes to it, and with it checks the step.
 *
 * A person who was dropped by a rotation knew the old key, and could forge the step away from it; only those who have not yet
 * seen the true one could fall for that. Compare fingerprints after dropping somebody who must not be trusted.
 */
export function succession(from: DataKey, to: DataKey): SuccessionStep {
  const key = from.successionKey()
  const proof = proofOf(key, to.vaultId, to.epoch, to.fingerprint)
  return { epoch: to.epoch, key: key.toString('base64'), to: to.fingerprint, proof }
}

/** Whether the steps lead from a pinned fingerprint to the one of this data key. */
export function continues(steps: readonly SuccessionStep[], from: string, key: DataKey): boolean {
  const reached = new Set([from])
  // Steps are kept in the order of their epochs; two branches that both rotated give several steps of one epoch.
  for (const step of steps.toSorted((a, b) => a.epoch - b.epoch)) {
    const stepKey = Buffer.from(step.key, 'base64')
    if (!reached.has(fingerprintOf(stepKey))) continue
    if (sameText(step.proof, proofOf(stepKey, key.vaultId, step.epoch, step.to))) reached.add(step.to)
  }
  return reached.has(key.fingerprint)
}

export function sealSuccession(key: DataKey, steps: readonly SuccessionStep[]): string {
  return sealHeader(key, 'succession', Buffer.from(canonicalJson(steps)))
}

/** Undefined when the header's proof does not fit its seal. */
export function openSuccession(key: DataKey, document: VaultDocument): readonly SuccessionStep[] | undefined {
  if (document.succession === undefined) return []
  const plaintext = openHeader(key, 'succession', document.succession)
  return plaintext ? successionSchema.safeParse(JSON.parse(plaintext.toString())).data : undefined
}

function proofOf(key: Buffer, id: string, epoch: number, to: string): string {
  return createHmac('sha256', key)
    .update(canonicalJson({ netlatch_vault: 1, id, epoch, to }))
    .digest('base64')
}
