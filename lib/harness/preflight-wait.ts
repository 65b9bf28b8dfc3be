import { inject } from 'vitest';
import { runtimeOf } from './runtime.ts';

// Runs before each spec file: the worker is started and has loaded everything while the runner still climbs the ladder.
await runtimeOf(inject('stagegate')).awaitPreflight();
