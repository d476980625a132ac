import { connect } from 'node:net'
import type { Connection } from 'ssh2'

/** Passes streams on to other addresses of this machine, and to no further ones. */
export function forwardStreams(client: Connection): void {
  client.on('tcpip', (accept, reject, { destIP, destPort }) => {
    if (!/^127\.\d+\.\d+\.\d+$/.test(destIP)) return reject()
    const socket = connect(destPort, destIP)
    socket.setNoDelay(true)
    socket.once('error', () => reject())
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      socket.on('error', () => socket.destroy())
      const stream = accept()
      stream.on('error', () => socket.destroy())
      stream.on('close', () => socket.destroy())
      stream.pipe(socket).pipe(stream)
    })
    client.once('close', () => socket.destroy())
  })
}
