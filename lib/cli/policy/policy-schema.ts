import { z } from 'zod';
import { policyFileSchema } from '../../gate/policy.ts';
import { waiverFileSchema } from './waiver-file.ts';

/** JSON Schemas of the files that people write, for editors, by the file that holds them. Made from what a run accepts. */
export function policySchemas(): Readonly<Record<string, string>> {
  return {
    'fixtures/policies/policy.schema.json': schemaText('A policy of Stagegate', policyFileSchema),
    'fixtures/policies/waivers.schema.json': schemaText('Waivers of Stagegate', waiverFileSchema),
  };
}

function schemaText(title: string, schema: z.ZodType): string {
  const body = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' });
  // Editors that follow the two last words take comments and trailing commas for what they are here: allowed.
  return `${JSON.stringify({ ...body, title, allowComments: true, allowTrailingCommas: true }, null, 2)}\n`;
}
