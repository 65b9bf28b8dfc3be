import { describe, expect, test } from 'vitest';
import { foldApiError } from './api-error.ts';
import {
  parseDiscovery,
  parseMcpConfig,
  parseMcpServers,
  parseMessage,
  parseMessagePage,
  parseThread,
  parseThreadList,
} from './api.ts';

const THREAD = {
  id: 'thread_1',
  object: 'thread',
  title: null,
  created_at: 1_757_919_120,
  updated_at: null,
  metadata: { user_id: 'u' },
  message_count: 0,
};
const MESSAGE = { id: 'm', thread_id: 'thread_1', content: 'hi', role: 'user', created_at: 1 };

describe('API bodies', () => {
  test('reads discovery and its static fallback', () => {
    const services = { backend: { url: 'http://a', port: 1 }, frontend: {}, auth: {} };

    expect(parseDiscovery({ services, available: false })).toEqual({
      ok: true,
      value: { services: ['backend', 'frontend', 'auth'], isStaticFallback: true },
    });
    expect(parseDiscovery({ services: {} }).ok).toBe(false);
  });

  test('reads MCP servers as a list, under data and under servers', () => {
    const servers = [{ name: 'netra-mcp', status: 'connected' }];

    for (const body of [servers, { data: servers, status: 'success' }, { servers }]) {
      expect(parseMcpServers(body)).toMatchObject({ ok: true, value: servers });
    }
    expect(parseMcpServers({ detail: 'Not Found' }).ok).toBe(false);
    expect(parseMcpConfig({ claude: {} }).ok).toBe(true);
    expect(parseMcpConfig({}).ok).toBe(false);
  });

  test('reads threads and messages', () => {
    expect(parseThread(THREAD)).toMatchObject({ ok: true, value: { id: 'thread_1' } });
    expect(parseThreadList([THREAD])).toMatchObject({ ok: true });
    expect(parseMessage(MESSAGE)).toMatchObject({ ok: true });
    expect(
      parseMessagePage({ messages: [MESSAGE], thread_id: 'thread_1', total: 1, limit: 50, offset: 0 }),
    ).toMatchObject({ ok: true });
  });

  test('accepts an empty page', () => {
    expect(
      parseMessagePage({ messages: [], thread_id: 'thread_1', total: 0, limit: 0, offset: 0 }),
    ).toMatchObject({ ok: true });
    for (const wrong of [{ total: -1 }, { limit: -1 }, { offset: -1 }]) {
      const page = { messages: [], thread_id: 'thread_1', total: 0, limit: 0, offset: 0, ...wrong };
      expect(parseMessagePage(page)).toMatchObject({ ok: false });
    }
  });

  test('names the field that is wrong', () => {
    const checked = parseMessagePage({
      messages: [{ ...MESSAGE, role: 3 }],
      thread_id: 't',
      total: 1,
      limit: 50,
      offset: 0,
    });

    expect(!checked.ok && checked.violations[0]).toMatchObject({
      rule: 'API-BODY',
      where: '/api/threads/{id}/messages messages.0.role',
      actual: 'a number',
    });
  });
});

describe('API errors', () => {
  test.for([
    [
      { error: true, error_code: 'AUTH_UNAUTHORIZED', message: 'no', details: { status_code: 403 } },
      { form: 'handler', code: 'AUTH_UNAUTHORIZED', originalStatus: 403 },
    ],
    [{ detail: 'Not Found' }, { form: 'detail', message: 'Not Found', originalStatus: null }],
    [{ detail: [{ loc: [] }] }, { form: 'detail', message: null }],
    [
      { error: 'service_not_ready', message: 'no', details: { retry_after_seconds: 5 } },
      { form: 'middleware', code: 'service_not_ready', retryAfterSec: 5 },
    ],
  ] as const)('folds %o', ([body, expected]) => {
    expect(foldApiError(body)).toMatchObject(expected);
  });

  test.for([null, 'x', [], {}, { error: false }])('leaves %o alone', (body) => {
    expect(foldApiError(body)).toBeNull();
  });
});
