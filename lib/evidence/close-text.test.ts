import { expect, test } from 'vitest';
import { describeClose } from './close-text.ts';
import type { CloseFacts } from './evidence.ts';

const CLOSED: CloseFacts = {
  code: 1011,
  reason: 'boom',
  initiator: 'remote',
  clean: true,
  msSinceOpen: 12.6,
  messagesIn: 1,
  messagesOut: 0,
  bytesIn: 10,
  bytesOut: 0,
  afterFirstClientMessage: false,
  msSinceFirstClientMessage: null,
};

test('the end of a connection is described by code, name, reason, initiator and time', () => {
  expect(describeClose(CLOSED)).toMatch(
    /^close code 1011 \(.+\), reason "boom", by remote, 13 ms after open$/,
  );
  expect(describeClose({ ...CLOSED, reason: '' })).toContain('no reason');
});
