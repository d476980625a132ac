import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net'
import ssh2, { type Algorithms, type AuthContext, type Connection, type ServerChannel } from 'ssh2'
import { ed25519KeyPair, type SshKeyPair } from './ssh-keys.ts'

/** One message that came during a login, in the order of arrival. */
export interface Arrived {
  readonly method: string
  readonly username: string
  /** The password of a `password` request, or the answers of keyboard-interactive. */
  readonly secrets: readonly string[]
  /** A public key with a signature, not only its offer. */
  readonly signed: boolean
}

export interface ScriptedSshServer extends AsyncDisposable {
  readonly port: number
  readonly hostKey: SshKeyPair
  /** Every login message of all connections. */
  readonly arrived: readonly Arrived[]
  /** Every secret that arrived, by whatever method. */
  readonly secrets: readonly string[]
  readonly connections: number
  /** TCP connections that are still open. */
  openSockets(): number
}

export interface ScriptedSshServerOptions {
  readonly hostKeys?: readonly SshKeyPair[]
  readonly algorithms?: Algorithms
  readonly ident?: string
  readonly greeting?: string
  readonly banner?: string
  /** @default '127.0.0.1' */
  readonly address?: string
  /** Answers a login message; `none` is refused with `methods` before this is asked. */
  readonly onLogin?: (context: AuthContext, count: number, connection: Connection) => void
  /** What `none` is told. @default ['password'] */
  readonly methods?: readonly string[]
  readonly onShell?: (stream: ServerChannel, connection: Connection) => void
  /** Whether `direct-tcpip` is passed on. @default false */
  readonly forwards?: boolean
  readonly onSocket?: (socket: Socket) => void
  readonly onConnection?: (connection: Connection) => void
}

/** A real ssh2 server that says what a test tells it to, and writes down what arrives. */
export async function scriptedSshServer(options: ScriptedSshServerOptions = {}): Promise<ScriptedSshServer> {
  const hostKeys = options.hostKeys ?? [ed25519KeyPair()]
  const arrived: Arrived[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = new ssh2.Server(
    {
      hostKeys: hostKeys.map((key) => key.privateKey),
      ...(options.algorithms && { algorithms: options.algorithms }),
      ...(options.ident && { ident: options.ident }),
      ...(options.greeting && { greeting: options.greeting }),
      ...(options.banner && { banner: options.banner }),
    },
    (connection) => {
      let count = 0
      connection.on('error', () => undefined)
      options.onConnection?.(connection)
      connection.on('authentication', (context) => {
        if (context.method === 'none' && !options.onLogin) return context.accept()
        arrived.push(arrivedFrom(context))
        if (context.method === 'none') return context.reject([...(options.methods ?? ['password'])] as never)
        watchAnswers(context, arrived)
        count += 1
        if (options.onLogin) options.onLogin(context, count, connection)
        else context.accept()
      })
      connection.on('ready', () => {
        connection.on('session', (accept) => {
          const session = accept()
          session.on('pty', (acceptPty) => acceptPty?.())
          session.on('shell', (acceptShell) => {
            const stream = acceptShell()
            if (options.onShell) options.onShell(stream, connection)
            else stream.write('router#')
          })
        })
        if (options.forwards) connection.on('tcpip', forwardTcp)
      })
    },
  )
  // ssh2 hides its net.Server; the sockets are needed to switch off Nagle, and to count them.
  const inner = (server as unknown as { _srv: NetServer })._srv
  inner.on('connection', (socket: Socket) => {
    connections += 1
    socket.setNoDelay(true)
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    options.onSocket?.(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, options.address ?? '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    hostKey: hostKeys[0] as SshKeyPair,
    arrived,
    get secrets() {
      return arrived.flatMap((message) => message.secrets)
    },
    get connections() {
      return connections
    },
    openSockets: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function arrivedFrom(context: AuthContext): Arrived {
  return {
    method: context.method,
    username: context.username,
    secrets: context.method === 'password' ? [context.password] : [],
    signed: context.method === 'publickey' && context.signature !== undefined,
  }
}

function watchAnswers(context: AuthContext, arrived: Arrived[]): void {
  if (context.method !== 'keyboard-interactive') return
  const prompt = context.prompt.bind(context)
  context.prompt = ((prompts: never, ...rest: never[]) => {
    const callback = rest.at(-1) as unknown as (answers: string[]) => void
    const counted = (answers: string[]) => {
      arrived.push({ method: 'answers', username: context.username, secrets: answers ?? [], signed: false })
      callback(answers)
    }
    return (prompt as (...all: unknown[]) => void)(prompts, ...rest.slice(0, -1), counted)
  }) as typeof context.prompt
}

function forwardTcp(
  accept: () => ServerChannel,
  reject: () => void,
  info: { readonly destIP: string; readonly destPort: number },
): void {
  import('node:net').then(({ connect }) => {
    const socket = connect(info.destPort, info.destIP)
    socket.setNoDelay(true)
    socket.once('error', () => reject())
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      socket.on('error', () => undefined)
      const stream = accept()
      stream.on('error', () => undefined)
      stream.pipe(socket).pipe(stream)
    })
  })
}

/** A server on plain TCP, for what no SSH library would send. */
export async function rawServer(onSocket: (socket: Socket) => void): Promise<
  AsyncDisposable & {
    readonly port: number
    /** Bytes that clients sent. */
    received(): number
    openSockets(): number
  }
> {
  const sockets = new Set<Socket>()
  let received = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (chunk) => {
      received += chunk.length
    })
    onSocket(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    received: () => received,
    openSockets: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
