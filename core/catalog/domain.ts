import { namedColumns } from './columns';
import type { Kind } from './kind';
import { reading } from './pages';
import { referenceAt } from './references';
import { divide, mapOf, structure, value, values } from './shape';
import type { DomainSource } from './source';
import { time } from './times';

const known = structure({
  ...values('id', 'rootDomainUnitId', 'name', 'description', 'domainExecutionRole', 'serviceRole', 'arn'),
  ...values('kmsKeyIdentifier', 'status', 'portalUrl', 'createdAt', 'lastUpdatedAt', 'domainVersion'),
  singleSignOn: structure(values('type', 'userAssignment', 'idcInstanceArn')),
  tags: mapOf(value),
});

async function get(source: DomainSource) {
  const divided = divide(await source.call('GetDomain', { identifier: source.domainId }), known, {
    operation: 'GetDomain',
  });
  return reading(divided, 'id', 'id', time(divided.record, 'lastUpdatedAt', 'createdAt'));
}

/** The domain's own settings. */
export const domain: Kind = {
  name: 'domain',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:GetDomain'],
  shape: known,
  channels: [{ operation: 'GetDomain' }],
  events: [],
  restoredBy: '`CreateDomain` or the domain at hand, `UpdateDomain`; key and version cannot be changed later',
  indexed: false,
  enumerate: async (source) => ({ readings: [await get(source)], total: 1 }),
  read: get,
  columns: (record) => namedColumns(record, 'name', 'status', 'domainVersion'),
  references: (record) => referenceAt('domainUnit', record, 'rootDomainUnitId'),
};
