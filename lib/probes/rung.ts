import type { Capability } from '../contract/capability.ts';
import type { Owner } from '../evidence/verdict.ts';

/** The rungs of the preflight ladder, bottom up (design.md §1, §6 phase 0). */
export const RUNGS = [
  'dns',
  'transport',
  'health',
  'clock',
  'environment',
  'readiness',
  'websocket-health',
  'revision',
  'token',
  'opening-handshake',
  'welcome',
  'liveness',
  'chat-turn',
] as const;
export type RungName = (typeof RUNGS)[number];

interface RungDescription {
  readonly title: string;
  readonly owner: Owner;
  /** Rungs that must hold before this one can be asked. */
  readonly needs: readonly RungName[];
  /** What a target may lack by declaration; the rung is then not asked. */
  readonly capability: Capability | null;
}

/** What each rung proves, who owns it, and what it stands on. */
export const RUNG_DESCRIPTIONS: Readonly<Record<RungName, RungDescription>> = {
  dns: { title: 'every host of the target resolves', owner: 'infrastructure', needs: [], capability: null },
  transport: {
    title: 'the transport is protected: a valid certificate, or loopback',
    owner: 'infrastructure',
    needs: ['dns'],
    capability: null,
  },
  health: {
    title: '/health says that the service is up',
    owner: 'operations',
    needs: ['transport'],
    capability: null,
  },
  clock: {
    title: "the target's clock agrees with ours",
    owner: 'infrastructure',
    needs: ['health'],
    capability: null,
  },
  environment: {
    title: 'the environment marker is the configured one',
    owner: 'operations',
    needs: ['health'],
    capability: 'environment-marker',
  },
  readiness: {
    title: '/health/ready says that WebSocket connections can be served',
    owner: 'infrastructure',
    needs: ['health'],
    capability: 'readiness-endpoint',
  },
  'websocket-health': {
    title: '/ws/health says healthy and shows the end-to-end settings',
    owner: 'backend',
    needs: ['health'],
    capability: 'socket-health-endpoint',
  },
  revision: {
    title: 'the expected revision is deployed',
    owner: 'operations',
    needs: ['health'],
    capability: 'revision-endpoint',
  },
  token: { title: 'a token is issued', owner: 'auth', needs: ['environment'], capability: null },
  'opening-handshake': {
    title: 'the opening handshake with a valid token is accepted',
    owner: 'backend',
    needs: ['readiness', 'token'],
    capability: null,
  },
  welcome: {
    title: 'the connection is welcomed as the user of the token',
    owner: 'auth',
    needs: ['opening-handshake'],
    capability: null,
  },
  liveness: { title: 'a ping is answered', owner: 'backend', needs: ['welcome'], capability: null },
  'chat-turn': {
    title: 'a chat turn reaches its terminal event',
    owner: 'agents',
    needs: ['liveness'],
    capability: null,
  },
};

/** Tells whether a string names a rung. */
export function isRungName(value: string): value is RungName {
  return RUNGS.some((rung) => rung === value);
}
