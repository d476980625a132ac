import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { AuthContext } from 'ssh2'
import { scriptedSshServer } from '../../support/hostile-ssh-server.ts'
import { attemptOf, openAt, reject, rightPassword, until } from '../../support/ssh-login.ts'

describe('SSH transport', () => {
  describe('keyboard-interactive', () => {
    const methods = ['keyboard-interactive']

    function asking(
      prompts: { prompt: string; echo: boolean }[],
      then?: (context: AuthContext, answers: string[]) => void,
    ) {
      return scriptedSshServer({
        methods,
        onLogin: (context) => {
          if (context.method !== 'keyboard-interactive') return reject(context, methods)
          context.prompt(prompts, (answers) => {
            if (then) then(context, answers)
            else if (answers[0] === rightPassword) context.accept()
            else reject(context, methods)
          })
        },
      })
    }

    it('answers one hidden prompt', async () => {
      await using server = await asking([{ prompt: 'Password: ', echo: false }])
      await using handshake = await openAt(server.port)
      const answer = await handshake.login(attemptOf({ method: 'keyboard-interactive' }))
      assert.equal(answer.outcome, 'accepted')
      assert.deepEqual(server.secrets, [rightPassword])
    })

    const traps = [
      { what: 'a shown prompt', prompts: [{ prompt: 'Password: ', echo: true }] },
      { what: 'a hidden prompt for a code', prompts: [{ prompt: 'Verification code: ', echo: false }] },
      {
        what: 'two prompts',
        prompts: [
          { prompt: 'Password: ', echo: false },
          { prompt: 'Password again: ', echo: false },
        ],
      },
    ]
    for (const { what, prompts } of traps) {
      it(`sends nothing to ${what}`, async () => {
        await using server = await asking(prompts)
        await using handshake = await openAt(server.port)
        const answer = await handshake.login(attemptOf({ method: 'keyboard-interactive' }))
        assert.equal(`${answer.outcome} ${'code' in answer && answer.code}`, 'unsent EXTRA_PROMPT')
        await until(() => server.openSockets() === 0)
        assert.deepEqual(server.secrets, [])
      })
    }

    it('sends the password once, however often a server asks', async () => {
      await using server = await scriptedSshServer({
        methods,
        onLogin: (context) => {
          const again = () => {
            if (context.method === 'keyboard-interactive')
              context.prompt([{ prompt: 'Password: ', echo: false }], again)
          }
          again()
        },
      })
      await using handshake = await openAt(server.port)
      const answer = await handshake.login(attemptOf({ method: 'keyboard-interactive' }))
      assert.equal(`${answer.outcome} ${'code' in answer && answer.code}`, 'unclear EXTRA_PROMPT')
      await until(() => server.openSockets() === 0)
      assert.deepEqual(server.secrets, [rightPassword])
    })

    it('recognises that a password has expired', async () => {
      await using server = await asking([{ prompt: 'Password: ', echo: false }], (context) => {
        if (context.method === 'keyboard-interactive')
          context.prompt([{ prompt: 'New password: ', echo: false }], () => undefined)
      })
      await using handshake = await openAt(server.port)
      const answer = await handshake.login(attemptOf({ method: 'keyboard-interactive' }))
      assert.equal(`${answer.outcome} ${'code' in answer && answer.code}`, 'unclear PASSWORD_EXPIRED')
    })

    it('ends rounds without prompts that never end', async () => {
      let rounds = 0
      await using server = await scriptedSshServer({
        methods,
        onLogin: (context) => {
          const again = () => {
            rounds += 1
            if (context.method === 'keyboard-interactive') context.prompt([], again)
          }
          again()
        },
      })
      await using handshake = await openAt(server.port)
      const answer = await handshake.login(attemptOf({ method: 'keyboard-interactive' }))
      assert.equal(answer.outcome, 'unsent')
      await until(() => server.openSockets() === 0)
      assert.ok(rounds <= 4, `${rounds} rounds`)
    })
  })
})
