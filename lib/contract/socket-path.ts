/** Paths at which a generation of the target serves its sockets (wire-contract.md §2.1, §10.3). */
export const SOCKET_PATHS = ['/ws', '/api/v1/websocket'] as const;

/**
 * Returns the other published path beside this one, below the same prefix; null when this one ends in neither.
 * @param path of the configured sockets, for example `/chat/ws`.
 */
export function otherSocketPath(path: string): string | null {
  for (const [own, other] of [SOCKET_PATHS, SOCKET_PATHS.toReversed()]) {
    if (own !== undefined && other !== undefined && path.endsWith(own))
      return `${path.slice(0, -own.length)}${other}`;
  }
  return null;
}

/** A path that nobody serves: the baseline of a refusal (wire-contract.md §9.2). */
export const UNKNOWN_SOCKET_PATH = '/ws-unknown-path';
