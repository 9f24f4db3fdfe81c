// Computes counts and digests of the newest snapshot again from the vault of AWS_REGION, as docs/vault.md
// describes, and compares them with its manifest. Exit code 0: they are equal.
import { createHash } from 'node:crypto';
import { heads, scopes, snapshots, version } from './vault.mjs';

const manifest = await newest();
const sums = {};
for await (const { kind, scopeId } of scopes()) {
  sums[kind] ??= { count: 0, digest: 0n };
  for await (const head of heads({ kind, scopeId })) {
    const held = await at(manifest.cutAt, kind, head);
    if (held?.state !== 'LIVE') continue;
    const member = JSON.stringify([kind, scopeId, head.id, held.hash]);
    sums[kind].count += 1;
    sums[kind].digest += BigInt(`0x${createHash('sha256').update(member).digest('hex')}`);
  }
}

for (const [kind, { count, digest }] of Object.entries(manifest.kinds)) {
  const sum = sums[kind] ?? { count: 0, digest: 0n };
  const computed = (sum.digest % 2n ** 256n).toString(16).padStart(64, '0');
  const equal = sum.count === count && computed === digest;
  console.log(`${equal ? 'equal ' : 'DIFFERS'} ${kind} ${sum.count} ${computed}`);
  if (!equal) process.exitCode = 1;
}

/** What a resource was at an instant: its head or, where that is younger, a version before it. */
async function at(instant, kind, head) {
  if (head.validFrom <= instant) return head;
  let sk = head.version;
  while (sk !== undefined) {
    if (sk.split('~')[0] <= instant) return version(kind, head.id, sk);
    sk = (await version(kind, head.id, sk)).previous;
  }
  return undefined;
}

async function newest() {
  for await (const snapshot of snapshots()) {
    if (['COMPLETE', 'PARTIAL', 'HELD'].includes(snapshot.status)) return snapshot;
  }
  throw new Error('There is no snapshot yet: run a backup first');
}
