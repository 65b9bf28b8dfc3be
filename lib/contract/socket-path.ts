/** Paths at which a generation of the target serves its sockets (wire-contract.md §2.1, §10.3). */
export const SOCKET_PATHS = ['/ws', '/api/v1/websocket'] as const;
