import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PlantedTree, type ToolRun } from './planted-tree.ts';

const DEFECTS = [
  ['a wrong type', 'export const count: number = "one";', 'TS2322'],
  ['an unchecked index', 'export const first = (list: readonly string[]): string => list[0];', 'TS2322'],
  ['an enum', 'export enum Colour { Red }', 'TS1294'],
  ['an unused local', 'export function idle(): void { const spare = 1; }', 'TS6133'],
  ['an undeclared key', 'export const of = (map: Record<string, string>): unknown => map.key;', 'TS4111'],
  [
    'undefined for a key that may only be absent',
    'export const part: { readonly size?: number } = { size: undefined };',
    'TS2375',
  ],
] as const;

describe('tsc', () => {
  const tree = new PlantedTree({ 'lib/contract/sound.ts': 'export const sound: number = 1;\n' });
  let run: ToolRun;

  beforeAll(async () => {
    DEFECTS.forEach(([, text], at) => tree.plant(`lib/contract/defect-${at}.ts`, `${text}\n`));
    run = await tree.script('types', '--pretty false');
  });
  afterAll(() => tree[Symbol.dispose]());

  test.each(DEFECTS.map(([name, , code], at) => [name, code, at] as const))('finds %s', (_name, code, at) => {
    expect(run.output).toMatch(new RegExp(`lib/contract/defect-${at}\\.ts\\(.*error ${code}:`));
  });

  test('fails, and finds nothing else', () => {
    expect(run.code).not.toBe(0);
    expect(run.output.match(/error TS/g)).toHaveLength(DEFECTS.length);
  });
});
