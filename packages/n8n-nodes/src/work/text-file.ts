import type { IBinaryKeyData, IExecuteFunctions } from 'n8n-workflow'

/** A text as a file in a binary field of an item. */
export async function textFile(
  context: IExecuteFunctions,
  field: string,
  name: string,
  text: string,
): Promise<IBinaryKeyData> {
  return { [field]: await context.helpers.prepareBinaryData(Buffer.from(text, 'utf8'), name, 'text/plain') }
}
