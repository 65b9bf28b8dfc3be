import { CRITICAL_EVENT_TYPES } from '../../contract/event-type.ts';
import type { EvidenceBody, HandshakeOutcome, HttpOutcome, PhaseTimings } from '../../evidence/evidence.ts';
import { assertNever } from '../../foundation/errors.ts';
import type { WireKind } from '../page/page-data.ts';

/** What the list and the timelines say of one record. */
export interface WireLine {
  readonly kind: WireKind;
  readonly line: string;
  /** What the record holds beyond its line; null when that is all. */
  readonly text: string | null;
  /** Whole length of the text where the record itself holds only a part, in bytes; null when it is whole. */
  readonly wholeBytes: number | null;
  /** Milliseconds that it took; of a turn, the longest gap. */
  readonly tookMs: number | null;
  readonly connection: string | null;
  readonly user: string | null;
  /** True for what broke a promise by itself, whatever cites it. */
  readonly bad: boolean;
}

const QUIET = { text: null, wholeBytes: null, tookMs: null, connection: null, user: null, bad: false };

/** Puts one record into words: a line for the list, and the body for whoever opens it. */
export function wireLine(body: EvidenceBody): WireLine {
  switch (body.kind) {
    case 'http.exchange':
      return {
        ...QUIET,
        kind: 'request',
        line: `${body.method} ${pathOf(body.url)}: ${answerText(body.outcome)} in ${ms(body.timings.totalMs)}`,
        text: detail({ ...body.outcome, subject: body.subject, timings: timingsOf(body.timings) }),
        tookMs: body.timings.totalMs,
        user: body.subject,
      };
    case 'ws.handshake':
      return {
        ...QUIET,
        kind: 'handshake',
        line: `${openingText(body.outcome)} in ${ms(body.timings.totalMs)}, ${body.transport}`,
        text: detail({
          url: body.url,
          offered: body.offered,
          ...body.outcome,
          requestHeaders: body.requestHeaders,
          timings: timingsOf(body.timings),
        }),
        tookMs: body.timings.totalMs,
        connection: body.connection,
        user: body.subject,
        bad: body.outcome.kind === 'failed',
      };
    case 'ws.message':
      return {
        ...QUIET,
        kind: body.direction === 'out' ? 'sent' : isEvent(body.type) ? 'event' : 'received',
        line: `${body.type ?? (body.binary ? 'binary' : 'text')} ${body.bytes} B`,
        text: body.sample,
        wholeBytes: body.bytes,
        connection: body.connection,
      };
    case 'ws.pong':
      return {
        ...QUIET,
        kind: 'pong',
        line: `pong in ${ms(body.roundTripMs)}`,
        tookMs: body.roundTripMs,
        connection: body.connection,
      };
    case 'ws.close':
      return {
        ...QUIET,
        kind: 'close',
        line: `close ${body.code}${body.reason === '' ? '' : ` ${JSON.stringify(body.reason)}`} by ${body.initiator}${body.clean ? '' : ', not clean'}, open ${ms(body.msSinceOpen)}, ${body.messagesIn} in ${body.messagesOut} out`,
        text: detail(without(body)),
        connection: body.connection,
        bad: body.initiator === 'transport' || (body.initiator === 'remote' && body.code === 1011),
      };
    case 'chat.turn':
      return {
        ...QUIET,
        kind: 'turn',
        line: `turn ended by ${body.ended} after ${ms(body.totalMs)}, first event ${ms(body.firstEventMs)}, longest gap ${ms(body.maxGapMs)}${body.violations.length === 0 ? '' : `, ${body.violations.map(({ rule }) => rule).join(' ')}`}`,
        text: detail(without(body)),
        tookMs: body.maxGapMs,
        connection: body.connection,
        user: body.subject,
        bad: body.violations.length > 0 || body.ended !== 'terminal',
      };
    case 'ws.digest':
      return {
        ...QUIET,
        kind: 'digest',
        line: `${body.messagesIn} messages in, ${body.messagesOut} out, ${body.bytesIn + body.bytesOut} B`,
        connection: body.connection,
      };
    case 'token':
      return {
        ...QUIET,
        kind: 'token',
        line: `${body.source} token ${body.fingerprint}${body.invalid === null ? '' : `, ${body.invalid} on purpose`}`,
        user: body.subject,
      };
    case 'preflight.rung':
      return {
        ...QUIET,
        kind: 'rung',
        line: `${body.rung} ${body.state}: ${body.text}`,
        tookMs: body.elapsedMs,
        bad: body.state === 'broken',
      };
    case 'control':
      return {
        ...QUIET,
        kind: 'control',
        line: `control of ${body.of}: ${body.accepted ? 'accepted' : 'refused'} (${body.text})`,
        bad: !body.accepted,
      };
    case 'overlap':
      return {
        ...QUIET,
        kind: 'overlap',
        line: `${body.subjects.length} users at once: ${body.proven ? `proven, ${ms(body.overlapMs)}` : 'not proven'}`,
      };
    case 'leak.matrix':
      return {
        ...QUIET,
        kind: 'leak matrix',
        line: `leak matrix of ${body.subjects.length} users`,
        bad: body.cells.some((row, owner) => row.some((cell, reader) => cell !== null && reader !== owner)),
      };
    case 'contract.snapshot':
      return {
        ...QUIET,
        kind: 'contract',
        line: `dialect ${body.generation}, welcome ${body.welcome}`,
        text: detail(body.events),
      };
    case 'measure':
      return { ...QUIET, kind: 'measure', line: `${body.name}: ${figure(body.value)} ${body.unit}` };
    case 'sample':
      return {
        ...QUIET,
        kind: 'sample',
        line: `${body.name}: ${body.values.length} values in ${body.unit}, ${body.missing} missing`,
        text: detail(body.values),
      };
    case 'observer':
      return {
        ...QUIET,
        kind: 'observer',
        line: `event-loop lag p99 ${ms(body.eventLoopLagP99Ms)}, max ${ms(body.eventLoopLagMaxMs)}`,
      };
    case 'probe':
      return {
        ...QUIET,
        kind: 'probe',
        line: `${body.probe}: ${body.answer === null ? 'no yes or no' : body.answer ? 'yes' : 'no'}. ${body.text}`,
      };
    case 'dose':
      return {
        ...QUIET,
        kind: 'dose',
        line: `${body.quantity}: ${body.points.map(({ dose, tried, failed }) => `${failed}/${tried} failed at ${dose}`).join(', ')}`,
      };
    case 'note':
      return { ...QUIET, kind: 'note', line: body.text };
    default:
      return unknownLine(body);
  }
}

/** The record of another version of the harness is shown as it stands. */
function unknownLine(body: never): WireLine {
  return { ...QUIET, kind: 'note', line: detail(body) };
}

function isEvent(type: string | null): boolean {
  return CRITICAL_EVENT_TYPES.some((event) => event === type);
}

function detail(value: unknown): string {
  return JSON.stringify(value);
}

function without({ kind: _kind, ...rest }: EvidenceBody): object {
  return rest;
}

function timingsOf({ dnsMs, tcpMs, tlsMs, waitMs, bodyMs, totalMs }: PhaseTimings): object {
  return { dnsMs, tcpMs, tlsMs, waitMs, bodyMs, totalMs };
}

function answerText(outcome: HttpOutcome): string {
  switch (outcome.kind) {
    case 'answered':
      return `${outcome.status}`;
    case 'failed':
      return `failed in ${outcome.phase} (${outcome.code ?? outcome.cause})`;
    case 'censored':
      return `no answer within ${ms(outcome.budgetMs)}`;
    default:
      return assertNever(outcome);
  }
}

function openingText(outcome: HandshakeOutcome): string {
  switch (outcome.kind) {
    case 'open':
      return `open${outcome.subprotocol === null ? '' : ` as ${outcome.subprotocol}`}`;
    case 'refused':
      return `refused with HTTP ${outcome.status}`;
    case 'failed':
      return `failed in ${outcome.phase} (${outcome.code ?? outcome.cause})`;
    case 'censored':
      return `no answer within ${ms(outcome.budgetMs)}`;
    default:
      return assertNever(outcome);
  }
}

function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2);
  return start === -1 ? url : url.slice(start);
}

function ms(value: number | null): string {
  return value === null ? '-' : `${figure(value)} ms`;
}

function figure(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
