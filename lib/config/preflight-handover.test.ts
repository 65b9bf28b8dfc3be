import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { handOverFindings, receiveFindings } from './preflight-handover.ts';
import type { PreflightFindings } from './run-context.ts';

const FINDINGS: PreflightFindings = {
  rungs: [
    {
      ...{ rung: 'dns', title: 'names resolve', owner: 'network', state: 'held', blockedBy: null },
      ...{ expected: 'an address', actual: '127.0.0.1', next: '', rule: null, warnings: [] },
      ...{ elapsedMs: 1.5, evidence: ['m-1'] },
    },
  ],
  evidence: [
    {
      id: 'm-1',
      check: null,
      atMs: 2,
      wallTime: '2026-03-01T10:00:00.000Z',
      body: { kind: 'note', text: 'a "quoted" note' },
    },
  ],
  authTransport: 'subprotocol-jwt',
};

describe('hand-over of the preflight findings', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stagegate-handover-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('gives a worker that already waits what the ladder found', async () => {
    const waiting = receiveFindings(folder);
    handOverFindings(folder, FINDINGS);

    await expect(waiting).resolves.toEqual(FINDINGS);
  });

  test('tells a worker that no check may begin', async () => {
    handOverFindings(folder, null);

    await expect(receiveFindings(folder)).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  test('refuses findings of another shape', async () => {
    writeFileSync(join(folder, 'preflight.json'), '{"rungs":"none","evidence":[],"authTransport":"none"}');

    await expect(receiveFindings(folder)).rejects.toThrow(/rungs/);
  });
});
