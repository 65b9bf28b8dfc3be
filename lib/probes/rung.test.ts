import { describe, expect, test } from 'vitest';
import { CloseCode } from '../contract/close-code.ts';
import type { CloseFacts } from '../evidence/evidence.ts';
import type { HttpResult } from '../http/http-client.ts';
import { unanswered } from './climb.ts';
import { isRungName, RUNG_DESCRIPTIONS, RUNGS } from './rung.ts';
import { closeRule } from './wire-fault.ts';

const timings = { dnsMs: null, tcpMs: null, tlsMs: null, waitMs: null, bodyMs: null, totalMs: 1 };

describe('ladder', () => {
  test('stands on itself: every rung needs only rungs below it', () => {
    for (const [at, rung] of RUNGS.entries()) {
      const below: readonly string[] = RUNGS.slice(0, at);
      expect(below).toEqual(expect.arrayContaining([...RUNG_DESCRIPTIONS[rung].needs]));
    }
    expect(Object.keys(RUNG_DESCRIPTIONS).toSorted()).toEqual([...RUNGS].toSorted());
  });

  test('rests on the address alone, from every rung down', () => {
    const reaches = (rung: (typeof RUNGS)[number]): boolean =>
      rung === 'dns' || RUNG_DESCRIPTIONS[rung].needs.some(reaches);

    expect(RUNGS.filter((rung) => !reaches(rung))).toEqual([]);
  });

  test('sends no token before the environment is known to be the right one', () => {
    expect(RUNG_DESCRIPTIONS.token.needs).toContain('environment');
    expect(RUNG_DESCRIPTIONS['opening-handshake'].needs).toContain('token');
  });

  test('tells its rungs from check ids', () => {
    expect(['dns', 'chat-turn'].every(isRungName)).toBe(true);
    expect(['DNS', 'AUTH-01', '', 'toString'].some(isRungName)).toBe(false);
  });
});

describe('an exchange without an answer', () => {
  test('is undecided, and a wait that we gave up is never called down', () => {
    const censored: HttpResult = {
      kind: 'censored',
      phase: 'request',
      budgetMs: 10_000,
      timings,
      evidence: 'm-1',
    };

    expect(unanswered(censored, '/health')).toMatchObject({
      state: 'undecided',
      actual: expect.stringMatching(/no answer within 10000 ms .*it may still come/),
    });
    const failed: HttpResult = {
      kind: 'failed',
      phase: 'tcp',
      cause: 'connection refused',
      code: 'ECONNREFUSED',
      timings,
      evidence: 'm-1',
    };
    expect(unanswered(failed, '/health')).toMatchObject({
      state: 'undecided',
      actual: 'no connection: phase tcp, connection refused',
    });
  });
});

describe('an unexpected end of a connection', () => {
  const end = (fields: Partial<CloseFacts>): CloseFacts => ({
    code: CloseCode.NormalClosure,
    reason: '',
    initiator: 'remote',
    clean: true,
    msSinceOpen: 12.6,
    messagesIn: 1,
    messagesOut: 0,
    bytesIn: 10,
    bytesOut: 0,
    afterFirstClientMessage: false,
    msSinceFirstClientMessage: null,
    ...fields,
  });

  test.each([
    [1011, 'remote', 'WS-CLOSE-INTERNAL-ERROR'],
    [1008, 'remote', 'AUTH-TOKEN-REFUSED'],
    [1006, 'transport', 'WS-CLOSE-ABNORMAL'],
    [1000, 'remote', 'WS-CLOSED-BY-TARGET'],
    [4999, 'remote', 'WS-CLOSED-BY-TARGET'],
  ] as const)('with code %d by %s breaks %s', (code, initiator, rule) => {
    expect(closeRule(end({ code, initiator }))).toBe(rule);
  });
});
