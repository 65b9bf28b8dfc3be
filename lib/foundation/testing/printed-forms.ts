import { inspect } from 'node:util';
import { expect } from 'vitest';

/** What a test runner prints of two values that differ. */
export function failureText(actual: unknown, expected: unknown): string {
  try {
    expect(actual).toEqual(expected);
  } catch (error) {
    return `${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error)}`;
  }
  return 'no failure';
}

interface Printable {
  readonly toString: () => string;
}

type PrintedForm = readonly [way: string, print: () => string];

/** Every way in which a value comes to be text that somebody reads. */
export function printedForms(value: Printable): readonly PrintedForm[] {
  return [
    ['JSON.stringify', () => JSON.stringify({ nested: [value] })],
    ['a template literal', () => String.raw`got ${value}`],
    ['String()', () => String(value)],
    ['concatenation', () => 'got ' + value.toString()],
    [
      'util.inspect, nested, with hidden properties',
      () => inspect({ a: { b: [value] } }, { depth: 9, showHidden: true }),
    ],
    ['util.inspect without custom forms', () => inspect(value, { customInspect: false, showHidden: true })],
    [
      'an error message and its cause',
      () => inspect(new Error(String.raw`got ${value}`, { cause: value }), { showHidden: true }),
    ],
    ['a vitest diff', () => failureText({ value }, { value: 'something else' })],
    ['structuredClone', () => inspect(structuredClone({ value }), { depth: 9, showHidden: true })],
    ['its own properties', () => JSON.stringify(Object.entries(value))],
  ];
}

/** Every run of 8 characters of a secret that stands in a text. */
export function windowsIn(text: string, secret: string): readonly string[] {
  return Array.from({ length: secret.length - 7 }, (_, at) => secret.slice(at, at + 8)).filter((window) =>
    text.includes(window),
  );
}
