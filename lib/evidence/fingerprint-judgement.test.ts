import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Behaviour,
  BEHAVIOUR_NAMES,
  BEHAVIOURS,
  type Generation,
  GENERATIONS,
  generationsOf,
} from '../contract/behaviour.ts';
import type { ExpectedFingerprint, SeenBehaviour } from './fingerprint.ts';
import { type FingerprintState, judgeFingerprint } from './fingerprint-judgement.ts';

const seenAs = (values: Partial<Record<Behaviour, string>>): SeenBehaviour[] =>
  BEHAVIOUR_NAMES.flatMap((behaviour, at) => {
    const value = values[behaviour];
    return value === undefined
      ? []
      : [{ behaviour, value, count: 1, firstAtMs: at, lastAtMs: 9_000, evidence: `m-${at}` }];
  });
const stateOf = (seen: readonly SeenBehaviour[], expected: ExpectedFingerprint): FingerprintState =>
  judgeFingerprint({ expected, seen: [...seen] }).state;

/** All behaviours as a whole deployment of each generation shows them. */
const WHOLE: Readonly<Record<Generation, Record<Behaviour, string>>> = {
  reference: {
    'health-body': 'rich',
    welcome: 'canonical',
    'subprotocol-echo': 'bare',
    identity: 'own',
    'first-message': 'answered',
    'auth-failure': 'error-frame',
    'websocket-path': 'refused',
    'ws-test-path': 'refused',
    'ticket-path': 'absent',
  },
  G3: {
    'health-body': 'plain',
    welcome: 'W1',
    'subprotocol-echo': 'token',
    identity: 'demo',
    'first-message': 'main-cleanup',
    'auth-failure': 'attribute-error',
    'websocket-path': 'refused',
    'ws-test-path': 'refused',
    'ticket-path': 'exists',
  },
  G2: {
    'health-body': 'rich',
    welcome: 'W2',
    'subprotocol-echo': 'token',
    identity: 'own',
    'first-message': 'answered',
    'auth-failure': 'error-frame',
    'websocket-path': 'accepted',
    'ws-test-path': 'accepted',
    'ticket-path': 'absent',
  },
  G1: {
    'health-body': 'rich',
    welcome: 'W3',
    'subprotocol-echo': 'bare',
    identity: 'own',
    'first-message': 'answered',
    'auth-failure': 'error-frame',
    'websocket-path': 'accepted',
    'ws-test-path': 'accepted',
    'ticket-path': 'absent',
  },
};
const valuesOf = (behaviour: Behaviour): readonly string[] => [
  ...Object.keys(BEHAVIOURS[behaviour].values),
  'new',
];
const behaviour = fc.constantFrom(...BEHAVIOUR_NAMES);
const generation = fc.constantFrom(...GENERATIONS);
const anything = fc.record(
  Object.fromEntries(
    BEHAVIOUR_NAMES.map((name) => [name, fc.option(fc.constantFrom(...valuesOf(name)), { nil: undefined })]),
  ),
);

describe('a fingerprint', () => {
  test.each(GENERATIONS)('of a whole deployment of %s agrees with it and with no other', (of) => {
    for (const expected of GENERATIONS) {
      const judged = judgeFingerprint({ expected: { generation: expected }, seen: seenAs(WHOLE[of]) });

      expect(judged).toMatchObject({
        state: expected === of ? 'agrees' : 'differs',
        fitting: [of],
        observed: 9,
      });
      expect(judged.text).toContain(
        expected === of ? `generation ${of}, 9 of 9` : `generation ${of}, expected ${expected}`,
      );
    }
  });

  test('never agrees once a single behaviour is of other generations only', () => {
    fc.assert(
      fc.property(generation, behaviour, fc.nat(), (of, changed, choice) => {
        const values = valuesOf(changed).filter((value) => !generationsOf(changed, value).includes(of));
        const value = values[choice % values.length] ?? 'new';
        const seen = seenAs({ ...WHOLE[of], [changed]: value });
        const judged = judgeFingerprint({ expected: { generation: of }, seen });

        expect(['differs', 'mixed']).toContain(judged.state);
        expect(judged.agreeing).toBeLessThan(judged.observed);
      }),
    );
  });

  test('that is pinned never agrees once a single behaviour is another one, or is not seen', () => {
    fc.assert(
      fc.property(generation, behaviour, fc.nat(), (of, changed, choice) => {
        const expected = { generation: of, behaviours: WHOLE[of] };
        const others = valuesOf(changed).filter((value) => value !== WHOLE[of][changed]);
        const value = others[choice % others.length] ?? 'new';

        expect(stateOf(seenAs(WHOLE[of]), expected)).toBe('agrees');
        expect(['differs', 'mixed']).toContain(stateOf(seenAs({ ...WHOLE[of], [changed]: value }), expected));
        const missing = seenAs(WHOLE[of]).filter((one) => one.behaviour !== changed);
        expect(stateOf(missing, expected)).toBe('undecided');
      }),
    );
  });

  test('in which one behaviour was seen in two ways is mixed, whatever the two are', () => {
    fc.assert(
      fc.property(generation, behaviour, fc.nat(), (of, twofold, choice) => {
        const others = valuesOf(twofold).filter((value) => value !== WHOLE[of][twofold]);
        const value = others[choice % others.length] ?? 'new';
        const seen = [...seenAs(WHOLE[of]), ...seenAs({ [twofold]: value })];

        expect(stateOf(seen, { generation: of })).toBe('mixed');
      }),
    );
  });

  test('agrees only with one generation that everything seen fits, and never for less having been seen', () => {
    fc.assert(
      fc.property(anything, generation, behaviour, (values, of, dropped) => {
        const seen = seenAs(values);
        const judged = judgeFingerprint({ expected: { generation: of }, seen });
        const fewer = seen.filter((one) => one.behaviour !== dropped);

        const isSure =
          judged.fitting.join() === of && judged.agreeing === judged.observed && judged.observed >= 4;
        expect(judged.state !== 'agrees' || isSure).toBe(true);
        expect(judged.state !== 'undecided' || stateOf(fewer, { generation: of }) === 'undecided').toBe(true);
        expect(judged.rows.filter(({ standing }) => standing === 'not observed')).toHaveLength(
          9 - judged.observed,
        );
        expect(judged.text).toContain(
          judged.observed === 9 ? 'agree' : `${9 - judged.observed} of 9 not observed`,
        );
      }),
    );
  });

  test.each([
    ['nothing', {}, 'at least 4 must be observed'],
    [
      'the welcome alone, which would say it',
      { welcome: 'canonical' },
      '1 of 1 observed behaviours agree, 8 of 9',
    ],
    [
      'what several generations share',
      { 'health-body': 'plain', identity: 'own', 'first-message': 'answered', 'ticket-path': 'exists' },
      'what was observed fits reference, G3',
    ],
  ] as const)('of %s is undecided', (_what, values, text) => {
    const judged = judgeFingerprint({ expected: { generation: 'reference' }, seen: seenAs(values) });

    expect(judged.state).toBe('undecided');
    expect(judged.text).toContain(text);
  });

  test('of behaviours that no generation has together is mixed, and names them with their records', () => {
    const seen = seenAs({ ...WHOLE.reference, 'websocket-path': 'accepted' });

    expect(judgeFingerprint({ expected: { generation: 'reference' }, seen })).toMatchObject({
      state: 'mixed',
      fitting: [],
      text: expect.stringContaining('websocket-path accepted in m-6, of G2, G1'),
    });
  });
});
