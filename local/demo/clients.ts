import { DataZoneClient } from '@aws-sdk/client-datazone';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Table } from '../../core/vault/table';
import { Vault } from '../../core/vault/vault';
import type { LocalCloud } from '../local-cloud';

/** A person's DataZone client in the primary Region of the local cloud. */
export function dataZoneOf({ endpoint, outputs, credentials }: LocalCloud): DataZoneClient {
  return new DataZoneClient({ endpoint, region: outputs.region, credentials });
}

/** The vault as a person reads it in one of the two Regions. */
export function vaultIn({ endpoint, outputs, credentials }: LocalCloud, region: string): Vault {
  const client = new DynamoDBClient({ endpoint, region, credentials });
  return new Vault(new Table(outputs.tableName, region, client), outputs.domainId);
}
