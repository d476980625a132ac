export * from '../../../packages/core/src/session/scripted-shell.ts'
