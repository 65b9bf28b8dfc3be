import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Evidence, EvidenceBody } from '../evidence/evidence.ts';
import { sampleRecord } from '../evidence/testing/sample-record.ts';
import { harLog } from './har.ts';

const pairs = z.array(z.strictObject({ name: z.string(), value: z.string() }));
/** HAR 1.2 as browsers import it; custom fields begin with an underscore. */
const harSchema = z.strictObject({
  log: z.strictObject({
    version: z.literal('1.2'),
    creator: z.strictObject({ name: z.string(), version: z.string() }),
    pages: z.array(z.never()),
    comment: z.string(),
    entries: z.array(
      z.strictObject({
        startedDateTime: z.iso.datetime(),
        time: z.number().min(0),
        request: z.strictObject({
          method: z.string(),
          url: z.url(),
          httpVersion: z.string(),
          cookies: z.array(z.never()),
          headers: pairs,
          queryString: pairs,
          headersSize: z.int(),
          bodySize: z.int(),
        }),
        response: z.strictObject({
          status: z.int(),
          statusText: z.string(),
          httpVersion: z.string(),
          cookies: z.array(z.never()),
          headers: pairs,
          content: z.strictObject({ size: z.int(), mimeType: z.string(), text: z.string() }),
          redirectURL: z.string(),
          headersSize: z.int(),
          bodySize: z.int(),
          comment: z.string().optional(),
        }),
        cache: z.strictObject({}),
        timings: z.strictObject({
          blocked: z.number(),
          dns: z.number(),
          connect: z.number(),
          ssl: z.number(),
          send: z.number().min(0),
          wait: z.number().min(0),
          receive: z.number().min(0),
        }),
        comment: z.string(),
        _resourceType: z.literal('websocket').optional(),
        _webSocketMessages: z
          .array(
            z.strictObject({
              type: z.enum(['send', 'receive']),
              time: z.number(),
              opcode: z.int(),
              data: z.string(),
            }),
          )
          .optional(),
      }),
    ),
  }),
});
const timings = { dnsMs: 1, tcpMs: 2, tlsMs: null, waitMs: 3, bodyMs: 1, totalMs: 7 };
const evidence = (...bodies: readonly EvidenceBody[]): readonly Evidence[] =>
  bodies.map((body, at) => ({
    id: `w1-${at + 1}`,
    check: 'API-01',
    atMs: at,
    wallTime: `2026-03-01T10:00:0${at}.000Z`,
    body,
  }));
const message = (direction: 'in' | 'out', sample: string): EvidenceBody => ({
  kind: 'ws.message',
  connection: 'c1',
  direction,
  seq: 1,
  bytes: sample.length,
  binary: false,
  type: null,
  sample,
});
const handshake = (outcome: Extract<EvidenceBody, { kind: 'ws.handshake' }>['outcome']): EvidenceBody => ({
  kind: 'ws.handshake',
  connection: 'c1',
  url: 'ws://127.0.0.1:8000/ws?a=b',
  transport: 'authorization-header',
  subject: 'u1',
  offered: [],
  requestHeaders: { authorization: '[token]' },
  outcome,
  timings,
  peer: null,
});
const entriesOf = (...bodies: readonly EvidenceBody[]) =>
  harSchema.parse(JSON.parse(JSON.stringify(harLog(sampleRecord(), evidence(...bodies))))).log.entries;

describe('HAR of a run', () => {
  test('has the messages of a connection at its opening handshake, each with its direction', () => {
    const [entry] = entriesOf(
      handshake({ kind: 'open', subprotocol: null, headers: {} }),
      message('out', '{"type":"ping"}'),
      message('in', '{"type":"pong"}'),
    );

    expect(entry?.response.status).toBe(101);
    expect(entry?._webSocketMessages?.map(({ type, data }) => [type, data])).toEqual([
      ['send', '{"type":"ping"}'],
      ['receive', '{"type":"pong"}'],
    ]);
    expect(entry?.request.queryString).toEqual([{ name: 'a', value: 'b' }]);
    // The record is written at the end of the attempt.
    expect(entry?.startedDateTime).toBe('2026-03-01T09:59:59.993Z');
  });

  test('shows a refusal with its status and body, and an attempt without an answer as status 0', () => {
    const [refused, censored, failed] = entriesOf(
      handshake({ kind: 'refused', status: 403, headers: {}, bodySample: 'no', bodyBytes: 2 }),
      handshake({ kind: 'censored', phase: 'upgrade', budgetMs: 10 }),
      {
        kind: 'http.exchange',
        method: 'GET',
        url: 'http://127.0.0.1:8000/health',
        requestHeaders: {},
        requestBytes: 0,
        subject: null,
        outcome: { kind: 'failed', phase: 'tcp', cause: 'refused', code: 'ECONNREFUSED' },
        timings,
      },
    );

    expect(refused?.response).toMatchObject({ status: 403, content: { text: 'no', size: 2 } });
    expect([censored?.response.status, failed?.response.status]).toEqual([0, 0]);
    expect(failed?.response.comment).toBe('refused');
  });
});
