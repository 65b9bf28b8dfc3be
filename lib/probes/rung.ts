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
}

/** What each rung proves, who owns it, and what it stands on. */
export const RUNG_DESCRIPTIONS: Readonly<Record<RungName, RungDescription>> = {
  dns: { title: 'every host of the target resolves', owner: 'infrastructure', needs: [] },
  transport: {
    title: 'the transport is protected: a valid certificate, or loopback',
    owner: 'infrastructure',
    needs: ['dns'],
  },
  health: { title: '/health says that the service is up', owner: 'operations', needs: ['transport'] },
  clock: { title: "the target's clock agrees with ours", owner: 'infrastructure', needs: ['health'] },
  environment: {
    title: 'the environment marker is the configured one',
    owner: 'operations',
    needs: ['health'],
  },
  readiness: {
    title: '/health/ready says that WebSocket connections can be served',
    owner: 'infrastructure',
    needs: ['health'],
  },
  'websocket-health': {
    title: '/ws/health says healthy and shows the end-to-end settings',
    owner: 'backend',
    needs: ['health'],
  },
  revision: { title: 'the expected revision is deployed', owner: 'operations', needs: ['health'] },
  token: { title: 'a token is issued', owner: 'auth', needs: ['environment'] },
  'opening-handshake': {
    title: 'the opening handshake with a valid token is accepted',
    owner: 'backend',
    needs: ['readiness', 'token'],
  },
  welcome: {
    title: 'the connection is welcomed as the user of the token',
    owner: 'auth',
    needs: ['opening-handshake'],
  },
  liveness: { title: 'a ping is answered', owner: 'backend', needs: ['welcome'] },
  'chat-turn': { title: 'a chat turn reaches its terminal event', owner: 'agents', needs: ['liveness'] },
};

/** Tells whether a string names a rung. */
export function isRungName(value: string): value is RungName {
  return RUNGS.some((rung) => rung === value);
}
