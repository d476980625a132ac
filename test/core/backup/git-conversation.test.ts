import assert from 'node:assert/strict'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { openConversation } from '../../../packages/core/src/backup/git-conversation.ts'
import { openGit } from '../../../packages/core/src/backup/git-process.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('a conversation with git', () => {
  const folder = temporaryFolder()

  /** Answers with the content of blobs; every third of the names leads to nothing. */
  async function openBlobs() {
    const gitDir = join(folder(), `${crypto.randomUUID()}.git`)
    await openGit().run(['init', '--quiet', '--bare', gitDir])
    const git = openGit({ gitDir })
    const texts = ['one\n', `${'two '.repeat(50_000)}\n`]
    const ids = await Promise.all(
      texts.map(async (input) => (await git.run(['hash-object', '-w', '--stdin'], { input })).trim()),
    )
    const partners: ChildProcessWithoutNullStreams[] = []
    const conversation = openConversation(
      async () => {
        const partner = git.start(['cat-file', '--batch'])
        partners.push(partner)
        return partner
      },
      async (answer) => {
        const [, , size] = (await answer.line()).split(' ')
        return size === undefined ? null : (await answer.bytes(Number(size) + 1)).toString('utf8', 0, Number(size))
      },
    )
    const questions = Array.from({ length: 30 }, (_, index) => ids[index % 3] ?? 'nowhere')
    const answers = questions.map((_, index) => texts[index % 3] ?? null)
    return { conversation, partners, questions, answers }
  }

  it('gives each of many questions that were asked at once its own answer', async () => {
    const { conversation, partners, questions, answers } = await openBlobs()
    const asked = questions.map((question) => conversation.ask(question))
    assert.equal(conversation.waiting, 30)
    assert.deepEqual(await Promise.all(asked), answers)
    assert.equal(conversation.waiting, 0)
    await conversation.close()
    assert.equal(partners.length, 1)
  })

  it('loses one question with a git that is killed, and asks another git the rest', async () => {
    const { conversation, partners, questions, answers } = await openBlobs()
    const asked = questions.map((question) => conversation.ask(question))
    await asked[0]
    partners[0]?.kill('SIGKILL')
    const settled = await Promise.allSettled(asked)
    const failed = settled.filter(({ status }) => status === 'rejected')
    assert.ok(failed.length <= 1, `${failed.length} failed`)
    for (const [index, outcome] of settled.entries())
      if (outcome.status === 'fulfilled') assert.equal(outcome.value, answers[index])
      else assert.equal(outcome.reason.code, 'GIT_FAILED')
    assert.ok(partners.length <= 2)
    await conversation.close()
    assert.ok(partners.every(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null))
  })

  it('fails a question when git cannot be started, and starts it for the next', async () => {
    let isThere = false
    const conversation = openConversation(
      async () =>
        openGit({ program: isThere ? 'git' : join(folder(), 'no-git') }).start(['hash-object', '--stdin-paths']),
      (answer) => answer.line(),
    )
    await assert.rejects(conversation.ask('/dev/null'), { code: 'GIT_FAILED' })
    isThere = true
    assert.equal(await conversation.ask('/dev/null'), 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391')
    await conversation.close()
  })
})
