import { describe, expect, test } from 'vitest';
import { RungWait } from './rung-wait.ts';

const pause = async (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('the wait for a rung', () => {
  test('names a rung that takes long, and no other', async () => {
    const said: string[] = [];
    using wait = new RungWait((text) => void said.push(text), { longMs: 40 });
    wait.started('dns');
    wait.ended();
    wait.started('health');
    await pause(120);
    wait.ended();

    expect(said).toEqual(['waiting for health, 0 s so far (/health says that the service is up)']);
  });

  test('says nothing more once the climb is over, however that ended', async () => {
    const said: string[] = [];
    {
      using wait = new RungWait((text) => void said.push(text), { longMs: 30 });
      wait.started('readiness');
    }
    await pause(80);

    expect(said).toEqual([]);
  });
});
