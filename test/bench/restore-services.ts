import '../../local/cli/quiet';
import { Table } from '../../core/vault/table';
import { emptyDomain } from '../core/restore/restore-bench';
import { createVaultTable, dynamoDbClient, startDynalite } from '../support/dynamodb';
import { BackupBench } from '../support/in-process-backup';
import { serveWire } from '../support/wire-server';

/** What a restore needs of the process that holds everything but the restore itself. */
export interface RestoreServices {
  readonly datazone: string;
  readonly dynamodb: string;
  readonly tableName: string;
  readonly sourceDomainId: string;
  readonly targetDomainId: string;
  readonly instant: string;
}

/** The vault of a large domain and an empty domain, served on loopback; `throttled` is asked for by a message. */
async function serve(projects: number, assets: number): Promise<void> {
  const bench = await BackupBench.start({ inMemory: true, projects, assets });
  const snapshot = await bench.run();
  if (!('cutAt' in snapshot)) throw new Error(`The backup ended ${JSON.stringify(snapshot)}`);
  const { endpoint } = await startDynalite();
  const client = dynamoDbClient(endpoint);
  const tableName = await createVaultTable(client);
  const table = new Table(tableName, 'eu-west-1', client);
  for (const partition of bench.vaultItems.values()) {
    for (const item of partition.values()) await table.put(item);
  }
  const targetDomainId = emptyDomain(bench, 'V1');
  bench.vaultItems = new Map();
  let throttled = 0;
  const { url } = await serveWire({
    handle: async (request, caller) => {
      const answer = await bench.service.handle(request, caller);
      if (answer.status === 429) throttled++;
      return answer;
    },
  });
  process.on('message', () => process.send?.({ throttled }));
  process.send?.({
    datazone: url,
    dynamodb: endpoint,
    tableName,
    sourceDomainId: bench.domainId,
    targetDomainId,
    instant: snapshot.cutAt,
  } satisfies RestoreServices);
}

void serve(Number(process.argv[2]), Number(process.argv[3]));
