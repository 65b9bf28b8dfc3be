import type { IncomingMessage } from 'node:http';
import { systemClock } from '../foundation/clock.ts';

export interface RefusalBody {
  readonly text: string;
  /** Bytes that arrived; more than the text holds when the body was cut. */
  readonly bytes: number;
  readonly elapsedMs: number;
}

/** Reads the body of a refused opening handshake up to `maxBytes` and calls `done` once, also when the body breaks off. */
export function readRefusal(
  response: IncomingMessage,
  maxBytes: number,
  done: (body: RefusalBody) => void,
): void {
  const startedAtMs = systemClock.now();
  const chunks: Buffer[] = [];
  let bytes = 0;
  let kept = 0;
  let isDone = false;
  const finish = (): void => {
    if (isDone) return;
    isDone = true;
    done({ text: Buffer.concat(chunks).toString('utf8'), bytes, elapsedMs: systemClock.now() - startedAtMs });
  };
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    const part = chunk.subarray(0, maxBytes - kept);
    kept += part.length;
    chunks.push(part);
    if (bytes > maxBytes) finish();
  });
  response.on('end', finish);
  // The status was received: a body that breaks off ends the sample, not the observation.
  response.on('error', finish);
  response.on('close', finish);
}
