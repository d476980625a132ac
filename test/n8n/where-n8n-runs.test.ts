import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { findWorkspaces } from '../../packages/n8n-nodes/src/workspace/find-workspaces.ts'

describe('n8n Cloud', () => {
  it('is told that the package needs an n8n with network sockets, before any file is looked at', async () => {
    const credential = {
      folder: '/nowhere',
      createIfMissing: false,
      unlock: 'nothing',
      unknownHostKeys: 'refuse',
    } as const
    const mayUseFile = async () => assert.fail('looked at a file')
    await assert.rejects(findWorkspaces({ credential, env: { N8N_DEPLOYMENT_TYPE: 'cloud' }, mayUseFile }), {
      message: 'This package needs self-hosted n8n.',
      advice: 'n8n Cloud gives nodes no network sockets.',
    })
  })
})
