import { isIP, type Socket } from 'node:net';
import { systemClock } from '../foundation/clock.ts';

/** Where a socket stands on its way to being usable, and how long each step took. */
export class ConnectTimeline {
  readonly startedAtMs = systemClock.now();
  phase: 'dns' | 'tcp' | 'tls' | 'ready';
  dnsMs: number | null = null;
  tcpMs: number | null = null;
  tlsMs: number | null = null;
  peer: string | null = null;
  #stepAtMs = this.startedAtMs;

  /** Attaches to a socket that has just begun to connect. @param secure whether a TLS handshake follows. */
  constructor(socket: Socket, host: string, secure: boolean) {
    this.phase = isIP(host) === 0 ? 'dns' : 'tcp';
    if (this.phase === 'dns') {
      socket.on('lookup', (error: Error | null) => {
        // Emitted once per address; a failed look-up stays in phase dns.
        if (error !== null || this.phase !== 'dns') return;
        this.dnsMs = this.#step();
        this.phase = 'tcp';
      });
    }
    // Not `once`: a socket connects once, and a listener that is taken off again costs twice.
    socket.on('connect', () => {
      this.tcpMs = this.#step();
      this.phase = secure ? 'tls' : 'ready';
      const { remoteAddress, remotePort } = socket;
      if (remoteAddress !== undefined) this.peer = `${remoteAddress}:${remotePort ?? 0}`;
    });
    if (secure) {
      socket.once('secureConnect', () => {
        this.tlsMs = this.#step();
        this.phase = 'ready';
      });
    }
  }

  #step(): number {
    const now = systemClock.now();
    const elapsedMs = now - this.#stepAtMs;
    this.#stepAtMs = now;
    return elapsedMs;
  }
}
