import { describe, expect, test } from 'vitest';
import { reportsFoldersNamed } from './reports-folder.mjs';

describe('the reports folder of a refused command line', () => {
  test.each([
    [['run', '--bogus'], {}, ['/project/reports']],
    [['run', '--out', '/a', '--bogus'], {}, ['/a']],
    [['run', '--out=/a'], {}, ['/a']],
    // Whoever reads either of them must find no older GO.
    [['run', '--out', '/a', '--out=/b', '--out', '/a'], {}, ['/a', '/b']],
    // No folder was named: what is read by default must not stay an older GO.
    [['run', '--out'], {}, ['/project/reports']],
    [['run', '--out='], {}, ['/project/reports']],
    [['run', '--out', '--seed', '3'], {}, ['/project/reports']],
    // npm test --out=/a, npm test --out /a, npm test --out
    [['run'], { npm_config_out: '/a' }, ['/a']],
    [['run', '/a'], { npm_config_out: 'true' }, ['/a']],
    [['run'], { npm_config_out: 'true' }, ['/project/reports']],
    [['run', '--bogus'], { npm_config_out: 'true' }, ['/project/reports']],
    [['run', '3', '/a'], { npm_config_out: 'true' }, ['/project/reports']],
    [['run', '/a'], {}, ['/project/reports']],
  ])('of %j with %j is %j', (words, environment, folders) => {
    expect(reportsFoldersNamed('/project', words, environment)).toEqual(folders);
  });
});
