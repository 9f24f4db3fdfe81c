import { run } from './program';
import { openVault } from './vaults';

run(process.argv.slice(2), {
  open: openVault,
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
}).then((code) => {
  process.exitCode = code;
});
