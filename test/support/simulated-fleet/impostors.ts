import type { Socket } from 'node:net'
import type { Faults } from './description.ts'

/** Plays what is no SSH server; false when the device is one. */
export function playImpostor(socket: Socket, faults: Faults): boolean {
  if (faults.silent) {
    socket.resume()
    return true
  }
  if (faults.notSsh) {
    socket.end('HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n400 Bad Request\r\n')
    socket.resume()
    return true
  }
  if (faults.endlessGreeting) {
    socket.resume()
    greetForEver(socket)
    return true
  }
  return false
}

const lines = 'This line is no identification.\r\n'.repeat(100)

function greetForEver(socket: Socket): void {
  if (!socket.writable) return
  if (socket.write(lines)) setImmediate(greetForEver, socket)
  else socket.once('drain', () => greetForEver(socket))
}
