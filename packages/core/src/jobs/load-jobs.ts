import { createHash } from 'node:crypto'
import { basename, extname } from 'node:path'
import { NetlatchError } from '../errors.ts'
import type { Problem } from '../model.ts'
import { type FileReader, isMissingFile } from '../workspace/file-reader.ts'
import { displayPath } from '../workspace/load-workspace.ts'
import { checkSchema } from '../workspace/problems-from-schema.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { parseYaml, type YamlFile } from '../workspace/yaml-file.ts'
import { nodeAt, originOf } from '../workspace/yaml-node.ts'
import { checkBatch, checkJob, type JobSurroundings } from './check-job.ts'
import { durationMs } from './duration.ts'
import type { Expectation } from './expectations.ts'
import type { Job, JobBatch, JobFile, JobProblem, Jobs } from './job.ts'
import { type BatchValues, batchSchema, type JobValues, jobSchema } from './job-schema.ts'

/** Reads all jobs of a workspace. What is wrong in them, a file that cannot be read too, is part of the answer. */
export async function loadJobs(workspace: Workspace, surroundings: JobSurroundings, reader: FileReader): Promise<Jobs> {
  const paths = (await Promise.all(workspace.settings.jobs.map((pattern) => reader.glob(pattern)))).flat()
  const read = await Promise.all(
    [...new Set(paths)].map((path) => readFile(path, displayPath(workspace.folder, path), surroundings, reader)),
  )
  const named = read.flat().toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const problems = [...named.flatMap(({ problems }) => problems), ...twice(named)]
  const broken = new Set(problems.filter(({ severity }) => severity === 'error').map(({ job }) => job))
  const files = named.flatMap(({ file }) => (file && !broken.has(file.name) ? [file] : []))
  const missing = files.flatMap((file) => (file.kind === 'batch' ? unknownJobs(file, named) : []))
  const whole = new Set(missing.map(({ job }) => job))
  return { files: files.filter(({ name }) => !whole.has(name)), problems: [...problems, ...missing] }
}

/** The names of all files, broken ones as well; none of them is read. */
export async function jobNames(patterns: readonly string[], reader: FileReader): Promise<readonly string[]> {
  const paths = (await Promise.all(patterns.map((pattern) => reader.glob(pattern)))).flat()
  return [...new Set(paths.map(nameOf))].toSorted()
}

function nameOf(path: string): string {
  return basename(path, extname(path))
}

/** The file of that name. Throws NOT_FOUND, and INPUT_INVALID with all its problems. */
export function findJob({ files, problems }: Jobs, name: string): JobFile {
  const found = files.find((file) => file.name === name)
  if (found) return found
  const own = problems.filter(({ job }) => job === name)
  const [first] = own
  if (first)
    throw new NetlatchError('INPUT_INVALID', `${first.at.file}:${first.at.line}: ${first.message}.`, {
      at: first.at,
      advice: `netlatch jobs validate ${name}`,
      problems: own,
    })
  throw new NetlatchError('NOT_FOUND', `there is no job "${name}".`, { advice: 'netlatch jobs list' })
}

/** Nothing for a file that went between the listing and the reading. */
async function readFile(
  path: string,
  shown: string,
  surroundings: JobSurroundings,
  reader: FileReader,
): Promise<readonly ReadJob[]> {
  const name = nameOf(path)
  try {
    return [readJob(name, parseYaml(await reader.readText(path), shown), surroundings)]
  } catch (error) {
    if (!(error instanceof NetlatchError) || error.code !== 'FILE_UNREADABLE') throw error
    if (isMissingFile(error)) return []
    const message = `the file ${error.message.slice(path.length + ': '.length, -1)}`
    const at = { file: shown, line: 1, column: 1 }
    const advice = error.advice === undefined ? {} : { advice: error.advice }
    const problem: JobProblem = { code: 'no-such-file', severity: 'error', message, ...advice, at, job: name }
    return [{ name, source: parseYaml('', shown), problems: [problem] }]
  }
}

interface ReadJob {
  readonly name: string
  readonly source: YamlFile
  readonly file?: JobFile
  readonly problems: readonly JobProblem[]
}

function readJob(name: string, source: YamlFile, surroundings: JobSurroundings): ReadJob {
  const ofJob = (problems: readonly Problem[]): readonly JobProblem[] => {
    // What is said first of a place stands: the job's own words come before the schema's.
    const places = Map.groupBy(problems, ({ at, code }) => `${at.line}:${at.column}:${code}`)
    const unique = [...places.values()].flatMap(([first]) => (first ? [first] : []))
    const inOrder = unique.toSorted((a, b) => a.at.line - b.at.line || a.at.column - b.at.column)
    return inOrder.map((problem) => ({ ...problem, job: name }))
  }
  if (source.problems.length > 0) return { name, source, problems: ofJob(source.problems) }
  if (!/^[\w][\w.-]*$/.test(name)) {
    const at = originOf(source, [])
    const message = `the name of the file, "${name}", is no name for a job`
    const advice = 'Use letters, digits, dots, dashes.'
    return { name, source, problems: ofJob([{ code: 'wrong-name', severity: 'error', message, advice, at }]) }
  }
  const isBatch = nodeAt(source.root, ['jobs']) !== undefined
  if (isBatch) {
    const { data, problems } = checkSchema(batchSchema, source, [], '')
    const found = ofJob([...checkBatch(source), ...problems])
    return { name, source, ...(data && { file: toBatch(name, data, source) }), problems: found }
  }
  const { data, problems } = checkSchema(jobSchema, source, [], '')
  // What is said of a value in the job's own words stands for what the schema says of it.
  const own = checkJob(source, surroundings)
  const rest = problems.filter(
    ({ at }) => !own.some((each) => each.at.line === at.line && each.at.column === at.column),
  )
  return { name, source, ...(data && { file: toJob(name, data, source) }), problems: ofJob([...own, ...rest]) }
}

function twice(read: readonly ReadJob[]): readonly JobProblem[] {
  const byName = Map.groupBy(read, ({ name }) => name.toLowerCase())
  return [...byName.values()].flatMap(([first, ...others]) =>
    others.map(({ name, source }): JobProblem => {
      const message = `job ${name} is also in ${first?.source.file}`
      const at = originOf(source, [])
      return { code: 'duplicate-job', severity: 'error', message, advice: 'Rename one of the files.', at, job: name }
    }),
  )
}

function unknownJobs(batch: JobBatch, read: readonly ReadJob[]): readonly JobProblem[] {
  const source = read.find(({ name }) => name === batch.name)?.source
  return batch.jobs.flatMap((name, index): JobProblem[] => {
    const found = read.find((each) => each.name === name)
    const isBatch = found !== undefined && nodeAt(found.source.root, ['jobs']) !== undefined
    if (found && !isBatch) return []
    const message = isBatch ? `${name} is a batch itself` : `there is no job "${name}"`
    const advice = isBatch ? 'Name its jobs here.' : 'netlatch jobs list'
    const at = source ? originOf(source, ['jobs', index]) : batch.origin
    return [{ code: 'unknown-job', severity: 'error', message, advice, at, job: batch.name }]
  })
}

function toBatch(name: string, values: BatchValues, source: YamlFile): JobBatch {
  return {
    kind: 'batch',
    name,
    ...(values.description !== undefined && { description: values.description }),
    jobs: values.jobs,
    stopOnFailure: values.stop_on_failure ?? true,
    delayMs: values.delay === undefined ? 0 : durationMs(values.delay),
    origin: originOf(source, []),
  }
}

function toJob(name: string, values: JobValues, source: YamlFile): Job {
  const { description, selection, commands, save_to: pattern, limits, waves, retry, parse } = values
  return {
    kind: 'job',
    name,
    ...(description !== undefined && { description }),
    selection,
    commands,
    ...(pattern !== undefined && { save: { pattern, raw: values.raw ?? false, replace: values.replace ?? false } }),
    limits: {
      ...(limits?.concurrency !== undefined && { concurrency: limits.concurrency }),
      ...(limits?.timeout !== undefined && { timeoutMs: durationMs(limits.timeout) }),
      ...(limits?.command_timeout !== undefined && { commandTimeoutMs: durationMs(limits.command_timeout) }),
    },
    waves: {
      ...(waves?.canary !== undefined && { canary: waves.canary }),
      ...(waves?.batch !== undefined && { batch: waves.batch }),
      ...(waves?.stop_at !== undefined && { stopAtPercent: Number.parseInt(waves.stop_at, 10) }),
    },
    ...(retry && {
      retry: {
        attempts: retry.attempts ?? 3,
        on: retry.on,
        backoffMs: durationMs(retry.backoff ?? '10s'),
        maxBackoffMs: durationMs(retry.max_backoff ?? '5m'),
        jitter: retry.jitter ?? 0.5,
      },
    }),
    expect: (values.expect ?? []).map(toExpectation),
    ...(parse && {
      parse: { ...(parse.template !== undefined && { template: parse.template }), minScore: parse.min_score ?? 0 },
    }),
    origin: originOf(source, []),
    digest: createHash('sha256').update(source.text).digest('hex'),
  }
}

function toExpectation(values: NonNullable<JobValues['expect']>[number]): Expectation {
  const list = (given: string | readonly string[] | undefined) => (given === undefined ? [] : [given].flat())
  return {
    ...(values.command !== undefined && { command: values.command }),
    contains: list(values.contains),
    matches: list(values.matches),
    notMatches: list(values.not_matches),
  }
}
