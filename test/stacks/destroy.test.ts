import assert from 'node:assert/strict';
import type { CapturedResource, ResourceGraph } from '../../local/program/graph';
import { find, graphOf, ofType } from '../support/program';

/** All that a resource needs: what it depends on and stands under, and for a component, what stands under it. */
function needsOf(graph: ResourceGraph, resource: CapturedResource): Set<CapturedResource> {
  const byUrn = new Map(graph.resources.map((other) => [other.urn, other]));
  const found = new Set<CapturedResource>();
  const visit = (urn: string | undefined, asDependency: boolean): void => {
    const needed = urn === undefined ? undefined : byUrn.get(urn);
    if (needed === undefined || found.has(needed)) return;
    found.add(needed);
    for (const dependency of needed.dependencies) visit(dependency, true);
    visit(needed.parent, false);
    if (!asDependency || needed.custom) return;
    for (const child of graph.resources) if (child.parent === urn) visit(child.urn, true);
  };
  for (const dependency of resource.dependencies) visit(dependency, true);
  visit(resource.parent, false);
  return found;
}

const stays = (resource: CapturedResource) => resource.retainOnDelete || resource.protect;

/** Pairs of what stays and something that it needs and that goes. */
function orphans(graph: ResourceGraph): string[] {
  return graph.resources.filter(stays).flatMap((kept) =>
    [...needsOf(graph, kept)]
      .filter((needed) => needed.custom && !stays(needed))
      .filter(({ type }) => !type.startsWith('pulumi:providers:'))
      .map((needed) => `${kept.type} ${kept.name} needs ${needed.type} ${needed.name}`),
  );
}

const shell = { domainId: undefined, domainKmsKeyArn: undefined, domainName: 'Shell' };
const deployments: ['datazone' | 'smus', Record<string, unknown>][] = [
  ['datazone', { onDestroy: 'refuse', domainOnDestroy: 'refuse' }],
  ['datazone', { onDestroy: 'retain', domainOnDestroy: 'retain' }],
  ['datazone', { onDestroy: 'delete', domainOnDestroy: 'delete' }],
  ['datazone', { onDestroy: 'delete', domainOnDestroy: 'retain' }],
  ['datazone', { onDestroy: 'retain', domainOnDestroy: 'delete' }],
  ['smus', { onDestroy: 'refuse' }],
  ['smus', { onDestroy: 'retain' }],
  ['smus', { onDestroy: 'delete' }],
  ['smus', { ...shell, onDestroy: 'delete', domainOnDestroy: 'refuse' }],
  ['smus', { ...shell, onDestroy: 'refuse', domainOnDestroy: 'retain' }],
];

const vaultTypes = ['aws:dynamodb/table:Table', 'aws:kms/replicaKey:ReplicaKey'];
const domainTypes = [
  'aws:datazone/domain:Domain',
  'aws:datazone/project:Project',
  'aws:datazone/environment:Environment',
  'aws:s3/bucket:Bucket',
];
const flagsOf = (graph: ResourceGraph, types: readonly string[]) =>
  types
    .flatMap((type) => ofType(graph, type))
    .map(({ protect, retainOnDelete }) => ({ protect, retainOnDelete }));

describe('pulumi destroy', () => {
  for (const [stack, config] of deployments) {
    it(`of flavour ${stack} with ${JSON.stringify(config)} leaves nothing that needs what it deleted`, async () => {
      const graph = await graphOf(stack, config);

      assert.deepEqual(orphans(graph), []);
    });
  }

  for (const [choice, flags] of [
    ['refuse', { protect: true, retainOnDelete: false }],
    ['retain', { protect: false, retainOnDelete: true }],
    ['delete', { protect: false, retainOnDelete: false }],
  ] as const) {
    it(`takes ${choice} for vault and domain`, async () => {
      const graph = await graphOf('datazone', { onDestroy: choice, domainOnDestroy: choice });

      const found = flagsOf(graph, [...vaultTypes, ...domainTypes]);
      assert.equal(found.length, 7);
      for (const flagsFound of found) assert.deepEqual(flagsFound, flags);
      const domain = find(graph, 'aws:datazone/domain:Domain', 'domain');
      assert.equal(domain.inputs.skipDeletionCheck, choice === 'delete');
      const bucket = find(graph, 'aws:s3/bucket:Bucket', 'data-lake-bucket');
      assert.equal(bucket.inputs.forceDestroy, choice === 'delete');
      const table = find(graph, 'aws:dynamodb/table:Table', 'vault');
      assert.equal(table.inputs.deletionProtectionEnabled, choice !== 'delete');
    });
  }

  it('lets the vault stay where the domain goes, and the other way round', async () => {
    const vaultStays = await graphOf('datazone', { onDestroy: 'retain', domainOnDestroy: 'delete' });
    const domainStays = await graphOf('datazone', { onDestroy: 'delete', domainOnDestroy: 'retain' });

    assert.ok(flagsOf(vaultStays, vaultTypes).every(({ retainOnDelete }) => retainOnDelete));
    assert.ok(flagsOf(vaultStays, domainTypes).every(({ retainOnDelete }) => !retainOnDelete));
    assert.ok(flagsOf(domainStays, vaultTypes).every(({ retainOnDelete }) => !retainOnDelete));
    assert.ok(flagsOf(domainStays, domainTypes).every(({ retainOnDelete }) => retainOnDelete));
  });

  it('keeps the key that a table uses as long as the table, in both Regions', async () => {
    const graph = await graphOf('datazone');
    const table = find(graph, 'aws:dynamodb/table:Table', 'vault');

    const keys = [...needsOf(graph, table)].filter(({ type }) => type.startsWith('aws:kms/'));
    assert.deepEqual(keys.map(({ type, name }) => `${type} ${name}`).sort(), [
      'aws:kms/key:Key vault-keys',
      'aws:kms/replicaKey:ReplicaKey vault-keys-replica',
    ]);
    assert.ok(keys.every(stays));
  });

  it('removes an environment before all that it runs on', async () => {
    const graph = await graphOf('datazone', { onDestroy: 'delete', domainOnDestroy: 'delete' });
    const environment = find(graph, 'aws:datazone/environment:Environment', 'project-sales-environment');

    const needs = new Set([...needsOf(graph, environment)].map(({ type, name }) => `${type} ${name}`));
    const before = [
      'aws:datazone/environmentProfile:EnvironmentProfile project-sales-profile',
      'aws:datazone/environmentBlueprintConfiguration:EnvironmentBlueprintConfiguration data-lake',
      'aws:datazone/project:Project project-sales',
      'aws:datazone/domain:Domain domain',
      'aws:iam/rolePolicyAttachment:RolePolicyAttachment data-lake-provisioning',
      'aws:iam/rolePolicyAttachment:RolePolicyAttachment data-lake-manage-access',
      'aws:iam/rolePolicyAttachment:RolePolicyAttachment domain-execution',
      'aws:iam/rolePolicy:RolePolicy domain-execution-key',
      'aws:iam/role:Role data-lake-provisioning',
      'aws:s3/bucketPolicy:BucketPolicy data-lake-bucket-policy',
      'aws:kms/key:Key domain-key',
    ];
    assert.deepEqual(
      before.filter((needed) => !needs.has(needed)),
      [],
    );
  });
});
