import { describe, expect, test } from 'vitest';
import { BROWSER_PARTS, browserPartsOf, type BrowserPart, refusedParts } from './browser-opening.ts';

const O = 'Origin';
const X = 'Sec-WebSocket-Extensions';
const U = 'User-Agent';

type Tried = readonly [parts: readonly BrowserPart[], served: boolean];

const partsOf = (tried: readonly Tried[]): readonly BrowserPart[] =>
  refusedParts(tried.map(([parts, served]) => ({ parts, served })));

describe('the parts from which a refusal follows', () => {
  test.for<readonly [name: string, tried: readonly Tried[], expected: readonly BrowserPart[]]>([
    [
      'one alone',
      [
        [[O, X, U], false],
        [[], true],
        [[O], true],
        [[X], false],
        [[U], true],
      ],
      [X],
    ],
    [
      'each of two',
      [
        [[O, X, U], false],
        [[], true],
        [[O], false],
        [[X], false],
        [[U], true],
      ],
      [O, X],
    ],
    [
      'two together',
      [
        [[O, X, U], false],
        [[], true],
        [[O], true],
        [[X], true],
        [[X, U], false],
      ],
      [X, U],
    ],
    [
      'all together',
      [
        [[O, X, U], false],
        [[], true],
        [[O], true],
        [[X], true],
        [[U], true],
      ],
      [O, X, U],
    ],
    [
      'a plain opening with Origin',
      [
        [[O, X, U], false],
        [[O], true],
        [[O, X], false],
        [[O, U], true],
      ],
      [X],
    ],
    [
      'a whim',
      [
        [[O, X, U], false],
        [[], true],
        [[O, X, U], true],
      ],
      [],
    ],
    [
      'no control',
      [
        [[O, X, U], false],
        [[], false],
      ],
      [],
    ],
    [
      'nothing refused',
      [
        [[O, X, U], true],
        [[], true],
      ],
      [],
    ],
  ])('are named for %s', ([, tried, expected]) => {
    expect(partsOf(tried)).toEqual(expected);
  });
});

describe('the parts of an opening', () => {
  test('are read from its headers', () => {
    const browser = { origin: 'https://a', 'sec-websocket-extensions': 'x', 'user-agent': 'Mozilla/5.0' };

    expect(browserPartsOf(browser)).toEqual(BROWSER_PARTS);
    expect(browserPartsOf({ 'user-agent': 'stagegate/0.1.0' })).toEqual([]);
  });
});
