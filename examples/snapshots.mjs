// Lists the snapshots, newest first: is my backup complete?
import { snapshots } from './vault.mjs';

for await (const { status, startedAt, cutAt, kinds = {}, ...rest } of snapshots()) {
  const counts = Object.entries(kinds).map(
    ([kind, { count, changed, deleted }]) => `${kind} ${count} (${changed} changed, ${deleted} deleted)`,
  );
  console.log(`${startedAt} ${status}${cutAt === undefined ? '' : `, cut at ${cutAt}`}`);
  if (counts.length > 0) console.log(`  ${counts.join(', ')}`);
  if (rest.reason !== undefined) console.log(`  ${rest.reason}`);
  for (const finding of ['unreadable', 'unresolved', 'dangling', 'outside', 'enrolled']) {
    const { count, first } = rest[finding] ?? { count: 0, first: [] };
    if (count > 0) console.log(`  ${count} ${finding}: ${first.slice(0, 5).join('; ')}`);
  }
}
