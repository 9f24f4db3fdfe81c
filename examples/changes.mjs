// Prints what was created, changed or deleted since an instant: node examples/changes.mjs 2026-01-31T00:00:00.000Z
// Without an instant: since the newest COMPLETE snapshot but one.
import { heads, scopes, snapshots } from './vault.mjs';

const since = process.argv[2] ?? (await beforeTheNewest());

for await (const scope of scopes()) {
  for await (const head of heads(scope)) {
    if (head.validFrom <= since) continue;
    const what = head.state === 'DELETED' ? 'deleted' : head.firstSeenAt > since ? 'created' : 'changed';
    console.log(`${head.validFrom} ${what} ${scope.kind} ${head.id} ${head.AssetName ?? head.Name ?? ''}`);
  }
}

async function beforeTheNewest() {
  const cuts = [];
  for await (const { status, cutAt } of snapshots()) {
    if (status === 'COMPLETE') cuts.push(cutAt);
  }
  return cuts[1] ?? '';
}
