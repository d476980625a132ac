import { parentPort, workerData } from 'node:worker_threads'
import { languageMethods } from './language-methods.ts'
import { operationMethods } from './operation-methods.ts'
import { serve } from './serve.ts'

/** The worker's end. One worker reads files and results; the other one holds the vault and connects. */
if (parentPort) {
  const notices: { send?: (notice: unknown) => void } = {}
  const role: unknown = workerData
  const methods = role === 'operations' ? operationMethods() : languageMethods((notice) => notices.send?.(notice))
  notices.send = serve(parentPort, methods)
}
