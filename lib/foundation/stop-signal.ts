/** Signals that end a run early and with its reports: Ctrl-C, the end asked for by a system, a terminal that is gone. */
export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One of the signals that end a run early. */
export type StopSignal = (typeof STOP_SIGNALS)[number];
