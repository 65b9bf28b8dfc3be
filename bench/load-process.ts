import { BenchProcess, canPin } from './bench-process.ts';

/** A running load server; disposing it ends the process. */
export interface LoadServer extends AsyncDisposable {
  /** `ws://127.0.0.1:<port>` without a path. */
  readonly origin: string;
  /** Milliseconds of processor time that it has used so far. */
  cpuMs(): Promise<number>;
}

/** How clients and server are placed on the cores, for the output. */
export const PLACEMENT = canPin
  ? 'clients on core 0, server on core 1 (taskset)'
  : 'not pinned: taskset is missing';

/** Starts the load server in a process of its own, on the second core when `taskset` exists. */
export async function startLoadServer(): Promise<LoadServer> {
  const server = new BenchProcess('load-server', 1);
  const port = Number(await server.line());
  return {
    origin: `ws://127.0.0.1:${port}`,
    cpuMs: async () => Number(await server.ask('cpu')),
    [Symbol.asyncDispose]: async () => server[Symbol.asyncDispose](),
  };
}
