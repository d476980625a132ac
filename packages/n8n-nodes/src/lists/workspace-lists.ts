import type { Netlatch } from '@netlatch/core'
import type { ILoadOptionsFunctions, INodeListSearchResult, INodePropertyOptions } from 'n8n-workflow'
import { nodeError } from '../run/node-error.ts'
import { withoutSecrets } from '../run/wording.ts'
import { accessByEnvironment } from '../workspace/file-access.ts'
import { chooseWorkspace, findWorkspaces, leaseWorkspace } from '../workspace/find-workspaces.ts'
import { readSurroundings, type Surroundings } from '../workspace/surroundings.ts'

const pageSize = 100

/** The lists that parameters are chosen from. They read the workspace's files, and neither the vault nor a device. */
export const listSearch = {
  async searchWorkspaces(this: ILoadOptionsFunctions, filter = ''): Promise<INodeListSearchResult> {
    const { workspaces } = await asked(this, async () => findWorkspaces(await surroundingsOf(this)))
    const names = workspaces.map(({ name }) => name).filter((name) => includes(name, filter))
    return { results: names.map((name) => ({ name, value: name })) }
  },

  async searchDevices(this: ILoadOptionsFunctions, filter = '', page = '0'): Promise<INodeListSearchResult> {
    const names = await inWorkspace(this, ({ inventory }) => inventory.devices.map(({ name }) => name))
    const found = names.filter((name) => includes(name, filter)).toSorted(byName)
    const start = Number(page)
    const next = start + pageSize
    return {
      results: found.slice(start, next).map((name) => ({ name, value: name })),
      ...(next < found.length && { paginationToken: String(next) }),
    }
  },

  async searchJobs(this: ILoadOptionsFunctions, filter = ''): Promise<INodeListSearchResult> {
    const files = await inWorkspace(this, async (netlatch) => (await netlatch.jobs()).files)
    const found = files.filter(({ name }) => includes(name, filter))
    return { results: found.map(({ name }) => ({ name, value: name })) }
  },
}

export const loadOptions = {
  getSites(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
    return inWorkspace(this, ({ inventory }) => optionsOf(inventory.devices.map(({ site }) => site)))
  },
  getPlatforms(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
    return inWorkspace(this, ({ inventory }) => optionsOf(inventory.devices.map(({ platform }) => platform)))
  },
  getRoles(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
    return inWorkspace(this, ({ inventory }) => optionsOf(inventory.devices.map(({ role }) => role)))
  },
  getTags(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
    return inWorkspace(this, ({ inventory }) => optionsOf(inventory.devices.flatMap(({ tags }) => tags)))
  },
  getCredentialNames(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
    return inWorkspace(this, ({ credentials }) => optionsOf(credentials.map(({ name }) => name)))
  },
  async getWorkspaces(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
    const { workspaces } = await asked(this, async () => findWorkspaces(await surroundingsOf(this)))
    return optionsOf(workspaces.map(({ name }) => name))
  },
}

async function inWorkspace<T>(
  context: ILoadOptionsFunctions,
  read: (netlatch: Netlatch) => T | Promise<T>,
): Promise<T> {
  return asked(context, async () => {
    const surroundings = await surroundingsOf(context)
    const name = context.getCurrentNodeParameter('workspace', { extractValue: true })
    const place = chooseWorkspace(await findWorkspaces(surroundings), typeof name === 'string' ? name : '')
    await using lease = await leaseWorkspace(place, surroundings)
    const { netlatch } = lease
    try {
      return await read(netlatch)
    } catch (error) {
      throw withoutSecrets(error, netlatch)
    }
  })
}

async function asked<T>(context: ILoadOptionsFunctions, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw nodeError(context.getNode(), error)
  }
}

function surroundingsOf(context: ILoadOptionsFunctions): Promise<Surroundings> {
  return readSurroundings(context, accessByEnvironment(process.env))
}

function optionsOf(values: readonly (string | undefined)[]): INodePropertyOptions[] {
  const names = [...new Set(values.filter((value) => value !== undefined))].toSorted(byName)
  return names.map((name) => ({ name, value: name }))
}

function includes(name: string, filter: string): boolean {
  return name.toLowerCase().includes(filter.trim().toLowerCase())
}

function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
