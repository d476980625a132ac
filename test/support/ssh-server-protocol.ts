/** What ssh2's server can say, and does not offer. */
interface ServerProtocol {
  readonly _handlers: { SERVICE_REQUEST: () => void }
  authFailure(methods: readonly string[], partial: boolean): void
  readonly _authsQueue: string[]
  authSuccess(): void
  authPKOK(algorithm: string, key: Buffer): void
}

export function protocolOf(connection: object): ServerProtocol {
  return (connection as { _protocol: ServerProtocol })._protocol
}

export function sayNoAgain(connection: object): void {
  protocolOf(connection).authFailure(['password'], false)
}

/** ssh2 sends no text with a disconnect message; this one has reason 2 and `text`. */
export function disconnectWith(connection: object, text: string): void {
  const { _packetRW, _cipher } = protocolOf(connection) as unknown as {
    _packetRW: { write: { allocStart: number; alloc(size: number): Buffer; finalize(packet: Buffer): Buffer } }
    _cipher: { encrypt(packet: Buffer): void }
  }
  const body = Buffer.alloc(1 + 4 + 4 + text.length + 4)
  body.writeUInt8(1, 0)
  body.writeUInt32BE(2, 1)
  body.writeUInt32BE(text.length, 5)
  body.write(text, 9)
  const packet = _packetRW.write.alloc(body.length)
  body.copy(packet, _packetRW.write.allocStart)
  _cipher.encrypt(_packetRW.write.finalize(packet))
}
