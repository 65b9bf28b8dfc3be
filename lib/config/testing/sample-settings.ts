import { Secret } from '../../foundation/secret.ts';
import { resolveSettings, type Settings } from '../settings.ts';

/** Settings of an embedded backend that nobody started; keys that open nothing. For unit tests. */
export function sampleSettings(): Settings {
  const result = resolveSettings({
    environment: 'local',
    fileText: null,
    filePath: '.env.local',
    processEnvironment: {},
    embedded: {
      backendUrl: 'http://127.0.0.1:8000',
      authServiceUrl: 'http://127.0.0.1:8081',
      websocketUrl: 'ws://127.0.0.1:8000/ws',
      caFile: null,
      environment: 'local',
      revision: 'a'.repeat(40),
      timeScale: 0.1,
      jwtSecretKey: new Secret('JWT_SECRET_KEY', 'sJ3nVb8xCq1LdF6gHk5ZpW0aTyE7rU2i'),
      bypassKey: new Secret('E2E_OAUTH_SIMULATION_KEY', 'Hq2wXc9vBn4mKj7lPz1oIu5yTr8eWs3d'),
    },
  });
  if (!result.ok) throw new TypeError(JSON.stringify(result.problems));
  return result.settings;
}
