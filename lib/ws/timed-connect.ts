import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ConnectTimeline } from '../http/connect-timeline.ts';
import { trustBeside } from '../http/trust.ts';
import type { TransportRequest } from './transport.ts';

/** A socket that has begun to connect, and how far it is. */
export interface TimedSocket {
  readonly socket: Socket;
  readonly timeline: ConnectTimeline;
}

/** Starts a TCP or TLS connection for an opening handshake. @param target options with `host` and `port`, as node:http hands them to `createConnection`. @param onread takes the bytes past the stream, when given. @throws {TypeError} for other options. */
export function connectTimed(
  request: Pick<TransportRequest, 'url' | 'caPem'>,
  target: unknown,
  onread?: OnReadOpts,
): TimedSocket {
  if (!isConnectTarget(target)) throw new TypeError('expected connection options with host and port');
  const { host } = target;
  const port = Number(target.port);
  const isSecure = request.url.startsWith('wss:');
  const reading = onread === undefined ? {} : { onread };
  const socket = isSecure
    ? connectTls({
        host,
        port,
        servername: isIP(host) === 0 ? host : '',
        ...reading,
        ...(request.caPem === undefined ? {} : { secureContext: trustBeside(request.caPem) }),
      })
    : connectTcp({ host, port, ...reading });
  return { socket, timeline: new ConnectTimeline(socket, host, isSecure) };
}

function isConnectTarget(target: unknown): target is { readonly host: string; readonly port: unknown } {
  return (
    typeof target === 'object' &&
    target !== null &&
    'host' in target &&
    typeof target.host === 'string' &&
    'port' in target
  );
}
