import { z } from 'zod';
import { checkBody, type Checked } from './schema-check.ts';

const text = z.string().min(1);
const place = z.looseObject({ url: text.optional(), api_url: text.optional(), ws_url: text.nullish() });

const discoverySchema = z.looseObject({
  services: z.looseObject({ backend: place, frontend: place.optional(), auth: place.optional() }),
  available: z.boolean().optional(),
});

/** What `/api/discovery/services` says (wire-contract.md §1.5). */
export interface Discovery {
  readonly services: readonly string[];
  /** True when the target says that this is its static fallback. */
  readonly isStaticFallback: boolean;
}

/** Parses the body of `/api/discovery/services`; the violations are of `API-BODY`. */
export function parseDiscovery(body: unknown): Checked<Discovery> {
  const checked = checkBody(discoverySchema, body, 'API-BODY', '/api/discovery/services');
  if (!checked.ok) return checked;
  const { services, available } = checked.value;
  return { ok: true, value: { services: Object.keys(services), isStaticFallback: available === false } };
}

const mcpConfigSchema = z
  .looseObject({
    claude: z.unknown(),
    cursor: z.unknown(),
    mcp: z.unknown(),
    http: z.unknown(),
    websocket: z.unknown(),
  })
  .partial()
  .refine((config) => Object.keys(config).length > 0, { message: 'a configuration that is not empty' });
export type McpConfig = z.infer<typeof mcpConfigSchema>;

/** Parses the body of `/api/mcp/config` (wire-contract.md §1.5, §12); the violations are of `API-BODY`. */
export function parseMcpConfig(body: unknown): Checked<McpConfig> {
  return checkBody(mcpConfigSchema, body, 'API-BODY', '/api/mcp/config');
}

const mcpServerSchema = z.looseObject({
  name: text,
  status: z.string().optional(),
  version: z.string().optional(),
});
export type McpServer = z.infer<typeof mcpServerSchema>;

const mcpServersSchema = z.union([
  z.array(mcpServerSchema),
  z.looseObject({ data: z.array(mcpServerSchema) }).transform(({ data }) => data),
  z.looseObject({ servers: z.array(mcpServerSchema) }).transform(({ servers }) => servers),
]);

/** Parses the body of `/api/mcp/servers`: a list, or one under `data` or `servers` (wire-contract.md §1.5, §10.20). */
export function parseMcpServers(body: unknown): Checked<readonly McpServer[]> {
  return checkBody(mcpServersSchema, body, 'API-BODY', '/api/mcp/servers');
}

/** Creation times are epoch seconds on threads; older generations send texts. */
const createdAt = z.union([z.number(), z.string()]);

const threadSchema = z.looseObject({
  id: text,
  object: z.literal('thread').optional(),
  title: z.string().nullish(),
  created_at: createdAt,
  updated_at: createdAt.nullish(),
  metadata: z.looseObject({ user_id: z.string().optional() }).nullish(),
  message_count: z.number().optional(),
});
export type Thread = z.infer<typeof threadSchema>;

/** Parses one thread (wire-contract.md §1.6). */
export function parseThread(body: unknown, where = '/api/threads'): Checked<Thread> {
  return checkBody(threadSchema, body, 'API-BODY', where);
}

const threadListSchema = z.array(threadSchema);

/** Parses the list of threads (wire-contract.md §1.6). */
export function parseThreadList(body: unknown): Checked<readonly Thread[]> {
  return checkBody(threadListSchema, body, 'API-BODY', '/api/threads');
}

const messageSchema = z.looseObject({
  id: text,
  role: text,
  content: z.string(),
  created_at: createdAt,
  thread_id: z.string().optional(),
});
export type ThreadMessage = z.infer<typeof messageSchema>;

/** Parses one message as it is answered on storing (wire-contract.md §1.6). */
export function parseMessage(body: unknown): Checked<ThreadMessage> {
  return checkBody(messageSchema, body, 'API-BODY', '/api/threads/{id}/messages');
}

const messagePageSchema = z.looseObject({
  messages: z.array(messageSchema),
  thread_id: text,
  total: z.int().min(0),
  limit: z.int().min(0),
  offset: z.int().min(0),
});
export type MessagePage = z.infer<typeof messagePageSchema>;

/** Parses one page of the messages of a thread (wire-contract.md §1.6). */
export function parseMessagePage(body: unknown): Checked<MessagePage> {
  return checkBody(messagePageSchema, body, 'API-BODY', '/api/threads/{id}/messages');
}
