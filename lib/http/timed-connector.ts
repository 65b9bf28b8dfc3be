import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { buildConnector } from 'undici';
import { ConnectTimeline } from './connect-timeline.ts';
import { trustBeside } from './trust.ts';

/** undici's connector with the phases of every connection attempt kept: undici itself reports none. */
export class TimedConnector {
  readonly #caPem: string | undefined;
  readonly #sockets = new Set<Socket>();
  readonly #attempts = new Set<ConnectTimeline>();
  readonly #unclaimed = new WeakMap<Socket, ConnectTimeline>();
  readonly #failed = new WeakMap<Error, ConnectTimeline>();

  constructor(caPem: string | undefined) {
    this.#caPem = caPem;
  }

  readonly connect: buildConnector.connector = (options, callback) => {
    const isSecure = options.protocol === 'https:';
    const host = options.hostname;
    const port = options.port === '' ? (isSecure ? 443 : 80) : Number(options.port);
    const socket = isSecure
      ? connectTls({
          host,
          port,
          servername: isIP(host) === 0 ? host : '',
          ALPNProtocols: ['http/1.1'],
          ...(this.#caPem === undefined ? {} : { secureContext: trustBeside(this.#caPem) }),
        })
      : connectTcp({ host, port });
    socket.setNoDelay(true);
    const timeline = new ConnectTimeline(socket, host, isSecure);
    this.#sockets.add(socket);
    this.#attempts.add(timeline);
    let isSettled = false;
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      isSettled = true;
      this.#attempts.delete(timeline);
      this.#unclaimed.set(socket, timeline);
      callback(null, socket);
    });
    socket.on('error', (error: Error) => {
      if (isSettled) return;
      isSettled = true;
      this.#failed.set(error, timeline);
      callback(error, null);
    });
    socket.once('close', () => {
      this.#attempts.delete(timeline);
      this.#sockets.delete(socket);
    });
  };

  /** Returns the phases of a connection to the first request that uses it, null to later ones. */
  claim(socket: Socket): ConnectTimeline | null {
    const timeline = this.#unclaimed.get(socket) ?? null;
    this.#unclaimed.delete(socket);
    return timeline;
  }

  /** Returns the attempt that an error ended, or null when the error came later than the connection. */
  failedAttempt(error: Error): ConnectTimeline | null {
    return this.#failed.get(error) ?? null;
  }

  /** Returns the newest attempt that is still under way. */
  pendingAttempt(): ConnectTimeline | null {
    return [...this.#attempts].at(-1) ?? null;
  }

  /** Drops every socket, also those that undici has not been given yet. */
  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
