// Prints the sizes of the callbacks' code, in bytes.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
require('ts-node/register/transpile-only');
const { bundle } = require('../components/bundle.ts');

const tasks = [
  ...['begin', 'capture-scopes', 'close-references', 'commit', 'collect', 'fail', 'prove'],
  ...['plan-restore', 'apply-restore', 'verify-restore', 'create-domain'],
];
for (const task of tasks) {
  const files = await bundle({ entry: `handlers/${task}.ts`, runtime: 'nodejs24.x' });
  const sizes = Object.entries(files).map(([name, text]) => `${name} ${Buffer.byteLength(text)}`);
  console.log(`${task}: ${sizes.join(', ')}`);
}
