import { describe, expect, test } from 'vitest';
import { parseTarget } from './target-url.ts';

describe('target URL', () => {
  test.each([
    'ws://127.0.0.1:8000/ws',
    'ws://127.0.0.1:8000/ws?user=sg-1-u2',
    'ws://127.0.0.1:8001/ws?user=sg-1-u2',
    'ws://example.org:80/',
    'wss://example.org:443/a/b_c?x=1&y=2',
    'wss://Example.org/ws',
    'ws://[::1]:9/ws',
    'ws://example.org/a/../b?c=%20d',
    'ws://example.org/ws?',
    'ws://example.org/ws#part',
    'ws://example.org',
    'ws://0x7f.1/ws',
  ])('%s is read as the standard reads it', (text) => {
    const { protocol, hostname, host, port, pathname, search } = new URL(text);

    expect(parseTarget(text)).toMatchObject({ protocol, hostname, host, port, pathname, search });
  });

  test('refuses what is no URL', () => {
    expect(() => parseTarget('ws://example.org:99999/ws')).toThrow(TypeError);
    expect(() => parseTarget('/ws')).toThrow(TypeError);
  });
});
