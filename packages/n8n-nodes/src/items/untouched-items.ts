import type { ChosenDevices } from '../run/device-choice.ts'
import type { OutItem } from '../run/node-items.ts'
import { type OutputShape, shaped } from '../run/output-shape.ts'
import { deviceItem } from './device-item.ts'

/** The items of what came in and had no work done for it: devices that are not active, and items that name no device. */
export function untouchedItems(
  { skipped, unusable, itemsOf }: Pick<ChosenDevices, 'skipped' | 'unusable' | 'itemsOf'>,
  { shape, workspace }: { readonly shape: OutputShape; readonly workspace: string },
): readonly OutItem[] {
  const left = skipped.map((result) => {
    const from = itemsOf(result.device)
    return shaped(
      { ...deviceItem(result, { simplify: shape.simplify, workspace, runId: null }), ...(from && { from }) },
      shape,
    )
  })
  return [...left, ...unusable]
}
