import { openGitArchive } from '../../packages/core/src/backup/git-archive.ts'

/**
 * A backup run after the other into one archive, until somebody kills this process: a line `<writer> <run> <commit>` for each
 * commit that was acknowledged. Arguments: repository, name of the writer, number of the first run.
 */
const [repository = '', writer = '', first = '0'] = process.argv.slice(2)
const archive = await openGitArchive({ repository })
for (let run = Number(first); ; run++) {
  const paths = [`site/${writer}-a.cfg`, `site/${writer}-b.cfg`, 'site/shared.cfg']
  const files = []
  for (const path of paths) files.push({ path, blob: await archive.store(`${writer} ${run}\n${path}\n`) })
  const committed = await archive.commit({ runId: `${writer}-${run}`, devices: 3, files })
  process.stdout.write(`${writer} ${run} ${committed?.commit}\n`)
}
