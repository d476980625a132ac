/**
 * What becomes of the secrets in a stored configuration: `fingerprint` replaces each by `<nl:…>`; `sealed` does that too, and
 * keeps the configuration as it was beside it, encrypted for the vault's recipients; `raw` leaves them in clear.
 */
export const redactionModes = ['fingerprint', 'sealed', 'raw'] as const

export type RedactionMode = (typeof redactionModes)[number]
