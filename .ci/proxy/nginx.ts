import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const HOST = '127.0.0.1';
const START_TRIES = 200;
const START_PAUSE_MS = 25;

/** How this nginx stands in front of the backend. */
export interface NginxOptions {
  readonly upstreamPort: number;
  /** Directives of the location that forwards opening handshakes. */
  readonly handshake: readonly string[];
  readonly tls: boolean;
}

/** What every guide tells an operator to write for WebSocket (nginx.org, "WebSocket proxying"). */
export const FORWARDS_UPGRADE: readonly string[] = [
  'proxy_set_header Upgrade $http_upgrade;',
  'proxy_set_header Connection "upgrade";',
];

/** A real nginx in front of a backend, in a folder of its own. @throws when the program is missing. */
export class Nginx implements AsyncDisposable {
  readonly port: number;
  /** PEM to trust; null when the transport is plain. */
  readonly caFile: string | null;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(parts: { child: ChildProcess; folder: string; port: number; caFile: string | null }) {
    this.#child = parts.child;
    this.#folder = parts.folder;
    this.port = parts.port;
    this.caFile = parts.caFile;
  }

  static async start(options: NginxOptions): Promise<Nginx> {
    const folder = mkdtempSync(join(tmpdir(), 'stagegate-nginx-'));
    const port = await freePort();
    const caFile = options.tls ? selfSigned(folder) : null;
    writeFileSync(join(folder, 'nginx.conf'), configuration(folder, port, options));
    const child = spawn('nginx', ['-p', folder, '-c', 'nginx.conf', '-e', 'error.log'], { stdio: 'ignore' });
    const nginx = new Nginx({ child, folder, port, caFile });
    const failure = new Promise<Error>((resolve) => {
      child.once('error', (error) =>
        resolve(
          new Error(`expected the program nginx, got ${error.message}. Next: apt-get install nginx-light.`),
        ),
      );
      child.once('exit', (code) =>
        resolve(new Error(`nginx ended with exit ${String(code)}: ${nginx.log()}`)),
      );
    });
    const failed = await Promise.race([failure, accepting(port)]);
    if (failed === null) return nginx;
    await nginx[Symbol.asyncDispose]();
    throw failed;
  }

  log(): string {
    return readFileSync(join(this.#folder, 'error.log'), 'utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.pid !== undefined && this.#child.exitCode === null) {
      const ended = new Promise((resolve) => this.#child.once('exit', resolve));
      this.#child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** One process that ends with us, with every file in its own folder. */
function configuration(folder: string, port: number, { upstreamPort, handshake, tls }: NginxOptions): string {
  const upstream = `proxy_pass http://${HOST}:${upstreamPort}; proxy_http_version 1.1; proxy_set_header Host $http_host;`;
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events {}
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  server {
    listen ${HOST}:${port}${tls ? ' ssl' : ''};
    ${tls ? `ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;` : ''}
    location / { ${upstream} }
    location = /ws { ${upstream} ${handshake.join(' ')} }
    location = /api/v1/websocket { ${upstream} ${handshake.join(' ')} }
  }
}
`;
}

function selfSigned(folder: string): string {
  const file = join(folder, 'cert.pem');
  const words =
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 30 -subj /CN=${HOST} ` +
    `-addext subjectAltName=IP:${HOST} -keyout ${join(folder, 'key.pem')} -out ${file}`;
  const { status, stderr } = spawnSync('openssl', words.split(' '));
  if (status !== 0) throw new Error(`expected a certificate from openssl, got ${String(stderr)}`);
  return file;
}

/** A port on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, HOST, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves with null once the port accepts connections. */
async function accepting(port: number): Promise<Error | null> {
  for (let tries = 0; tries < START_TRIES; tries += 1) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: HOST, port });
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return null;
    await sleep(START_PAUSE_MS);
  }
  return new Error(`expected nginx to listen on port ${port}, got nothing`);
}
