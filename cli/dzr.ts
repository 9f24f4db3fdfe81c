import { dataZoneClient } from '../core/catalog/client';
import { run } from './program';
import { openQueue } from './queues';
import { openTarget } from './targets';
import { openVault } from './vaults';

let drawnAt = 0;

run(process.argv.slice(2), {
  open: openVault,
  openTarget,
  openDataZone: (region) => dataZoneClient({ region }),
  openQueue,
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  ...(process.stderr.isTTY && { meter: overwriting }),
}).then((code) => {
  process.exitCode = code;
});

/** Writes over the line that stands there, at most ten times a second. */
function overwriting(text: string): void {
  if (text !== '' && Date.now() - drawnAt < 100) return;
  drawnAt = text === '' ? 0 : Date.now();
  process.stderr.write(`\r\u001b[2K${text}`);
}
