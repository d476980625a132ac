import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { answerFilesIn } from '../../../packages/core/src/jobs/answer-files-folder.ts'
import { commandNames, isSafePattern, savePath } from '../../../packages/core/src/jobs/save-path.ts'

describe('files of answers', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'netlatch-answers-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const files = () => answerFilesIn(folder)

  it('are for their owner alone, and leave nothing beside them', async () => {
    await files().save('outputs/fra/a.txt', 'one\n', { replace: false })
    const path = join(folder, 'outputs/fra/a.txt')
    assert.equal(await readFile(path, 'utf8'), 'one\n')
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    assert.deepEqual(await readdir(join(folder, 'outputs/fra')), ['a.txt'])
  })

  it('are never overwritten unless that is said, by many at once as well', async () => {
    const texts = Array.from({ length: 8 }, (_, index) => `${index}`.repeat(10_000))
    const saved = await Promise.allSettled(texts.map((text) => files().save('o/a.txt', text, { replace: false })))
    const kept = saved.findIndex(({ status }) => status === 'fulfilled')
    const refused = saved.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []))
    assert.deepEqual(refused, Array(7).fill('FILE_CHANGED'))
    assert.equal(await readFile(join(folder, 'o/a.txt'), 'utf8'), texts[kept])
    await files().save('o/a.txt', 'new', { replace: true })
    assert.equal(await readFile(join(folder, 'o/a.txt'), 'utf8'), 'new')
    assert.deepEqual(await readdir(join(folder, 'o')), ['a.txt'])
  })

  it('go through no link and over no file, and to no other folder', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'netlatch-outside-'))
    try {
      await mkdir(join(folder, 'o'))
      await symlink(outside, join(folder, 'o/link'))
      await writeFile(join(folder, 'o/file'), '')
      for (const path of ['o/link/a.txt', 'o/file/a.txt', '../a.txt', 'o/../../a.txt', '/a.txt', 'o//a.txt'])
        await assert.rejects(files().save(path, 'x', { replace: true }), { code: 'FILE_UNREADABLE' }, path)
      assert.deepEqual(await readdir(outside), [])
    } finally {
      await rm(outside, { recursive: true })
    }
  })

  it('take the place of a link, not of what it leads to', async () => {
    await mkdir(join(folder, 'o'))
    await writeFile(join(folder, 'precious'), 'kept')
    await chmod(join(folder, 'precious'), 0o600)
    await symlink(join(folder, 'precious'), join(folder, 'o/a.txt'))
    await files().save('o/a.txt', 'x', { replace: true })
    assert.equal(await readFile(join(folder, 'precious'), 'utf8'), 'kept')
  })
})

describe('names of files of answers', () => {
  const at = new Date('2026-05-04T01:12:09.412Z')

  it('say device, site, time and command', () => {
    const values = { device: 'fra-1', site: 'fra', at, command: 'show-version' }
    assert.equal(
      savePath('outputs/{site}/{device}/{timestamp}-{command}.txt', values),
      'outputs/fra/fra-1/20260504T011209Z-show-version.txt',
    )
    assert.equal(savePath('o/{site}.txt', { ...values, site: undefined }), 'o/_.txt')
  })

  it('stay in their folder whatever a device or a site is called', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ minLength: 1 }), (device, site) => {
        const path = savePath('o/{site}/{device}', { device, site, at, command: 'x' })
        const steps = path.split('/')
        assert.equal(steps.length, 3)
        assert.ok(
          steps.every((step) => step !== '' && step !== '.' && step !== '..' && !step.startsWith('.')),
          path,
        )
        assert.ok(isSafePattern(path.replaceAll('{', '')), path)
      }),
    )
  })

  it('are different for different commands, also where case counts for nothing', () => {
    const commands = [
      'show ip route',
      'show ip-route',
      'SHOW IP ROUTE',
      '| ?',
      '',
      'con',
      'x'.repeat(300),
      'x'.repeat(301),
    ]
    const names = commandNames(commands)
    assert.deepEqual(names.slice(0, 3), ['show-ip-route', 'show-ip-route-2', 'show-ip-route-3'])
    assert.equal(new Set(names.map((name) => name.toLowerCase())).size, commands.length)
    assert.ok(names.every((name) => name !== '' && name.length < 120 && name !== 'con'))
  })
})
