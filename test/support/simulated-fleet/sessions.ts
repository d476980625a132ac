import type { Connection, ServerChannel, Session } from 'ssh2'
import type { CommandLine } from './cli/command-line.ts'
import type { TerminalSize } from './counters.ts'
import { Terminal, type TerminalDevice, toTerminal } from './terminal.ts'

export interface SessionDesk extends TerminalDevice {
  commandLine(): CommandLine
  sessionOpened(): void
  terminalSized(size: TerminalSize): void
}

/** Answers terminal, shell and exec requests of a connection that is logged in. */
export function answerSessions(client: Connection, desk: SessionDesk): void {
  client.on('session', (accept) => {
    const session = accept()
    let rows = 24
    session.on('pty', (acceptPty, _reject, info) => {
      rows = info.rows
      desk.terminalSized({ columns: info.cols, rows })
      acceptPty?.()
    })
    session.on('window-change', (acceptChange, _reject, info) => {
      desk.terminalSized({ columns: info.cols, rows: info.rows })
      acceptChange?.()
    })
    session.on('env', (acceptEnv) => acceptEnv?.())
    answerShell(session, desk, () => rows)
    session.on('exec', (acceptExec, _reject, info) => {
      desk.sessionOpened()
      execute(acceptExec(), info.command, desk)
    })
  })
}

function answerShell(session: Session, desk: SessionDesk, rows: () => number): void {
  session.on('shell', (accept) => {
    desk.sessionOpened()
    const channel = accept()
    desk.later(() => new Terminal(channel, desk.commandLine(), desk, rows()).start())
  })
}

/** One command without a terminal: no echo, no paging, no enable. */
function execute(channel: ServerChannel, command: string, desk: SessionDesk): void {
  desk.commandRun()
  desk.later(() => {
    const answer = desk.commandLine().run(command)
    channel.write(toTerminal(answer.text ?? ''))
    if (answer.configuration) desk.configurationServed()
    channel.exit(0)
    channel.end()
  })
}
