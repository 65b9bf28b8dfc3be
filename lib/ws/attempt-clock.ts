import type { NetworkPhase } from '../evidence/evidence.ts';
import { systemClock } from '../foundation/clock.ts';
import type { ConnectTimeline } from '../http/connect-timeline.ts';
import type { AttemptFacts } from './transport.ts';

/** Phase and timings of an opening handshake, from the timeline of its socket; null before there is one. */
export function phaseOf(timeline: ConnectTimeline | null): NetworkPhase {
  const phase = timeline?.phase ?? 'dns';
  return phase === 'ready' ? 'upgrade' : phase;
}

/** Timings up to now and the address of the peer. */
export function attemptFacts(timeline: ConnectTimeline | null): AttemptFacts {
  const totalMs = timeline === null ? 0 : systemClock.now() - timeline.startedAtMs;
  const dnsMs = timeline?.dnsMs ?? null;
  const tcpMs = timeline?.tcpMs ?? null;
  const tlsMs = timeline?.tlsMs ?? null;
  const reachedMs = (dnsMs ?? 0) + (tcpMs ?? 0) + (tlsMs ?? 0);
  const waitMs = timeline?.phase === 'ready' ? totalMs - reachedMs : null;
  return { timings: { dnsMs, tcpMs, tlsMs, waitMs, bodyMs: null, totalMs }, peer: timeline?.peer ?? null };
}
