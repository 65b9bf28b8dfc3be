/** Paths at which a generation of the target serves its sockets (wire-contract.md §2.1, §10.3). */
export const SOCKET_PATHS = ['/ws', '/api/v1/websocket'] as const;

/** A path that nobody serves: the baseline of a refusal (wire-contract.md §9.2). */
export const UNKNOWN_SOCKET_PATH = '/ws-unknown-path';
