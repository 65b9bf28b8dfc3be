import { importTypeScript } from './typescript.mjs';

// Runs one TypeScript program of this project: node lib/cli/launch/run-typescript.mjs FILE [arguments].
const [node, , file, ...rest] = process.argv;
if (file === undefined) throw new TypeError('expected the path of a TypeScript file');
process.argv = [node ?? 'node', file, ...rest];
await importTypeScript(file);
