import { SessionFrameType } from '../contract/event-type.ts';
import type { LivenessReply } from '../contract/session-frame.ts';
import { systemClock } from '../foundation/clock.ts';

/** Our answer to a liveness message of the server (wire-contract.md §3.3). */
export type LivenessAnswer =
  | { readonly type: 'heartbeat_ack'; readonly timestamp: string }
  | {
      readonly type: 'pong';
      readonly timestamp: string;
      readonly original_timestamp: string | number | null;
      readonly connection_id: string;
    };

/** Returns our answer to a `ping` or `heartbeat` message of the server (wire-contract.md §3.3). */
export function livenessReply(
  reply: NonNullable<LivenessReply>,
  received: unknown,
  connection: string,
): LivenessAnswer {
  const timestamp = systemClock.wallTime().toISOString();
  if (reply === 'heartbeat_ack') return { type: SessionFrameType.HeartbeatAck, timestamp };
  return {
    type: SessionFrameType.Pong,
    timestamp,
    original_timestamp: timestampOf(received),
    connection_id: connection,
  };
}

function timestampOf(received: unknown): string | number | null {
  if (typeof received !== 'object' || received === null || !('timestamp' in received)) return null;
  const { timestamp } = received;
  return typeof timestamp === 'string' || typeof timestamp === 'number' ? timestamp : null;
}
