import assert from 'node:assert/strict';
import type { JsonObject } from '../../../core/catalog/kind';
import { policyGrant } from '../../../core/catalog/policy-grant';
import { project } from '../../../core/catalog/project';
import { kinds as registered } from '../../../core/catalog/registry';
import { type Making, pick, type RestoreTarget } from '../../../core/catalog/restoration';
import { InvalidRequestError } from '../../../core/catalog/source';
import { applyRestore, keepPlan, planRestore } from '../../../core/restore/restore';
import { claimLasts, RestoreRun } from '../../../core/restore/restore-run';
import { SourceView } from '../../../core/restore/source-view';
import { DataZoneTarget } from '../../../core/restore/target';
import { hashOf } from '../../../core/vault/canonical';
import { FakeClock } from '../../../local/clock';
import {
  type Answer,
  DataZoneService,
  type Given,
  type OperationName,
} from '../../../local/datazone/service';
import { Random } from '../../../local/random';
import { type Between, inProcessDataZone, type ServiceCall } from '../../support/in-process-clients';
import { ProcessGoneError } from '../../support/life';
import { accountId, callerOf } from '../../support/wire-server';
import { committed, randomBench } from '../backup/random-bench';
import { emptyDomain, restoreArgs, restored, resultOf } from '../restore/restore-bench';

const organisation = [
  ...['domain', 'dataExportConfiguration', 'groupProfile', 'userProfile', 'domainUnit', 'domainUnitOwner'],
  ...['project', 'membership', 'policyGrant'],
];
/** With what they name. */
const kinds = registered.filter(({ name }) =>
  [
    ...organisation,
    ...['accountPool', 'environmentBlueprint', 'environmentBlueprintConfiguration', 'projectProfile'],
    ...['environmentProfile', 'glossary', 'glossaryTerm'],
    ...['formType', 'formTypeRevision', 'assetType', 'assetTypeRevision'],
  ].includes(name),
);
const versions = ['V1', 'V2'] as const;
const seeds = [11, 12, 13];

async function backedUp(version: 'V1' | 'V2', seed: number, decorate?: Decorate) {
  const { bench, clock } = await randomBench({
    seed,
    version,
    kinds,
    ...(decorate === undefined ? {} : { decorate }),
  });
  const { cutAt: instant } = await committed(bench);
  // One domain of an account and Region may export its data: the target takes over.
  bench.service.call(
    'PutDataExportConfiguration',
    { domainIdentifier: bench.domainId, enableExport: false },
    bench.caller,
  );
  return { bench, clock, instant };
}

type Decorate = (operation: string, output: Record<string, unknown>) => Record<string, unknown>;

describe('restoring an organisation', function () {
  this.timeout(120_000);

  for (const version of versions) {
    for (const seed of seeds) {
      it(`tells resources of a ${version} domain apart by their keys alone (seed ${seed})`, async () => {
        const { bench, instant } = await backedUp(version, seed);
        const view = new SourceView(bench.vault(), instant, kinds);
        for (const kind of kinds.filter(({ name }) => organisation.includes(name))) {
          const { restore } = kind;
          assert.ok(restore, kind.name);
          const keys = new Set<string>();
          for await (const resource of view.resources(kind)) {
            const record = (await view.content(resource)).record as JsonObject;
            const key = restore.key(record);
            assert.ok(key, `${kind.name} ${resource.id}`);
            assert.deepEqual(restore.key(pick(record, ...restore.keyMembers)), key);
            assert.ok(!keys.has(hashOf(key)), `${kind.name} ${resource.id}: ${JSON.stringify(key)}`);
            keys.add(hashOf(key));
          }
          assert.ok(keys.size > 0, kind.name);
        }
      });

      it(`makes that of a ${version} domain in an empty one (seed ${seed})`, async () => {
        const { bench, instant } = await backedUp(version, seed);
        const args = restoreArgs(bench, emptyDomain(bench, version));

        const { failed, verdict } = await restored(args, { instant });

        assert.deepEqual(failed, []);
        assert.deepEqual(verdict.differences, []);
      });
    }
  }

  describe('that differs in the target', () => {
    for (const version of versions) {
      it(`makes a ${version} domain as it was`, async () => {
        const { bench, clock, instant } = await backedUp(version, 11);
        const args = restoreArgs(bench, emptyDomain(bench, version));
        await restored(args, { instant });
        await disturb(args.target);
        clock.advance(1);

        const { planned, failed, verdict } = await restored(args, { instant });

        const updated = [...planned.actions]
          .filter(({ action }) => action === 'update')
          .map(({ kind }) => kind);
        assert.deepEqual([...new Set(updated)].sort(), [...changeable].sort());
        assert.deepEqual(failed, []);
        assert.deepEqual(verdict.differences, []);
        assert.deepEqual(verdict.extras.byOthers, []);
      });
    }

    for (const [operation, next] of [
      ['DeleteProjectMembership', 'CreateProjectMembership'],
      ['RemovePolicyGrant', 'AddPolicyGrant'],
    ] as const) {
      for (const lost of [operation, next]) {
        it(`makes again what ${operation} unmade, though the answer of ${lost} is lost`, async () => {
          const { bench, clock, instant } = await backedUp('V2', 11);
          const { target } = restoreArgs(bench, emptyDomain(bench, 'V2'));
          await restored(restoreArgs(bench, target.domainId), { instant });
          await disturb(target);
          clock.advance(1);
          const args = restoreArgs(bench, target.domainId, losing(lost));

          const { failed, verdict } = await restored(args, { instant });

          assert.deepEqual(failed, []);
          assert.deepEqual(verdict.differences, []);
        });
      }

      it(`goes on where it died between ${operation} and ${next}`, async () => {
        const { bench, clock, instant } = await backedUp('V2', 11);
        const { target } = restoreArgs(bench, emptyDomain(bench, 'V2'));
        const args = restoreArgs(bench, target.domainId);
        await restored(args, { instant });
        await disturb(target);
        clock.advance(1);
        const settings = { instant, selection: {}, conflicts: 'update' as const };
        const run = await keepPlan(args, settings, await planRestore(args, settings));
        const dying = restoreArgs(bench, target.domainId, dyingAt(next));
        await assert.rejects(
          applyRestore(dying, await RestoreRun.open(dying.vault, run.runId)),
          ProcessGoneError,
        );

        // The dead one has said nothing for so long.
        clock.advance(claimLasts);
        const again = await RestoreRun.open(args.vault, run.runId);
        await applyRestore(args, again);

        const { failed, verdict } = await resultOf(args, settings, again);
        assert.deepEqual(failed, []);
        assert.deepEqual(verdict.differences, []);
      });
    }
  });

  it("leaves AWS's own tags of a domain to AWS", async () => {
    const own = { 'aws:cloudformation:stack-name': 'domains' };
    const { bench, instant } = await backedUp('V1', 11, (operation, output) =>
      operation === 'GetDomain' && isRecord(output.tags) && 'team' in output.tags
        ? { ...output, tags: { ...output.tags, ...own } }
        : output,
    );
    const args = restoreArgs(bench, emptyDomain(bench, 'V1'));

    const { failed, verdict } = await restored(args, { instant, selection: { kinds: ['domain'] } });

    assert.deepEqual(failed, []);
    assert.deepEqual(verdict.differences, []);
  });
});

/** A member of each project, as a contributor. */
const readerRole = `arn:aws:iam::${accountId}:role/backup-reader`;

const changeable = [
  ...['domain', 'dataExportConfiguration', 'groupProfile', 'userProfile', 'domainUnit'],
  ...['project', 'membership', 'policyGrant'],
];

/** Changes one resource of each kind that can be changed, as people would. */
async function disturb(target: RestoreTarget): Promise<void> {
  const { domainId } = target;
  const call = (operation: string, input: Readonly<Record<string, unknown>>) => target.call(operation, input);
  const { arn, rootDomainUnitId: root } = await call('GetDomain', { identifier: domainId });
  await call('UpdateDomain', { identifier: domainId, description: 'ours' });
  await call('UntagResource', { resourceArn: arn, tagKeys: ['team'] });
  await call('TagResource', { resourceArn: arn, tags: { more: 'of it' } });
  await call('PutDataExportConfiguration', { enableExport: false });
  await call('UpdateDomainUnit', { identifier: root, name: 'Root', description: 'above all' });

  const users = itemsOf(await call('SearchUserProfiles', { userType: 'DATAZONE_IAM_USER' }));
  const user = users.find(({ details }) => JSON.stringify(details).includes(':role/team/'));
  await call('UpdateUserProfile', {
    userIdentifier: user?.id,
    status: user?.status === 'DEACTIVATED' ? 'ACTIVATED' : 'DEACTIVATED',
  });
  const [group] = itemsOf(await call('SearchGroupProfiles', { groupType: 'SSO_GROUP' }));
  await call('UpdateGroupProfile', { groupIdentifier: group?.id, status: 'NOT_ASSIGNED' });

  const [first] = itemsOf(await call('ListProjects', {}));
  const identifier = first?.id;
  const resourceTags = { odd: 'tag' };
  await call('UpdateProject', { identifier, name: 'renamed', description: '?', resourceTags });
  const { id: userIdentifier } = await call('GetUserProfile', { userIdentifier: readerRole });
  const membership = { projectIdentifier: identifier, member: { userIdentifier } };
  await call('DeleteProjectMembership', membership);
  await call('CreateProjectMembership', { ...membership, designation: 'PROJECT_CATALOG_VIEWER' });

  const place = { entityType: 'DOMAIN_UNIT', entityIdentifier: root, policyType: 'CREATE_PROJECT' };
  const principal = { user: { allUsersGrantFilter: {} } };
  await call('RemovePolicyGrant', { ...place, principal });
  await call('AddPolicyGrant', {
    ...place,
    principal,
    detail: { createProject: { includeChildDomainUnits: false } },
  });
}

function itemsOf({ items }: JsonObject): readonly JsonObject[] {
  return items as readonly JsonObject[];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Does each call, and loses the answer to the first of an operation. */
function losing(operation: string): Between {
  let isLost = false;
  return async <T>(call: ServiceCall<T>): Promise<T> => {
    const answer = await call.answer();
    if (call.operation !== operation || isLost) return answer;
    isLost = true;
    const headers = { 'content-type': 'application/json', 'x-amzn-errortype': 'InternalServerException' };
    return { status: 500, headers, body: '{"message":"not this time"}' } as T;
  };
}

/** The process ends before the first call of an operation. */
function dyingAt(operation: string): Between {
  let isOver = false;
  return async <T>(call: ServiceCall<T>): Promise<T> => {
    isOver ||= call.operation === operation;
    if (isOver) throw new ProcessGoneError('between two calls');
    return call.answer();
  };
}

describe('restoring a project', () => {
  const clock = new FakeClock();
  const service = new DataZoneService({
    clock,
    random: new Random(1),
    accountId,
    region: 'eu-west-1',
    deployMilliseconds: 200_000,
  });
  const { call, target } = emptyTarget(service, clock);

  it('comes back once the environments of its profile are up, with the tags of both', async () => {
    const { items } = call('ListEnvironmentBlueprints', { managed: true });
    const profile = call('CreateProjectProfile', {
      name: 'analytics',
      projectResourceTags: [{ key: 'costCentre', value: '42', isValueEditable: false }],
      environmentConfigurations: [
        { name: 'Tooling', environmentBlueprintId: items[0]?.id ?? '', deploymentMode: 'ON_CREATE' },
      ],
    });
    const record: JsonObject = {
      name: 'Sales',
      projectProfileId: profile.id ?? '',
      resourceTags: [
        { key: 'costCentre', value: '42', source: 'PROJECT_PROFILE' },
        { key: 'team', value: 'blue', source: 'PROJECT' },
      ],
      userParameters: [
        {
          environmentConfigurationName: 'Tooling',
          environmentParameters: [{ name: 'size', value: 'small' }],
          environmentResolvedAccount: { awsAccountId: accountId, regionName: 'eu-west-1' },
        },
        { environmentParameters: [{ name: 'of', value: 'an environment by its id' }] },
      ],
    };
    const wanted = project.restore?.portable?.(record) ?? assert.fail();
    const begun = clock.now();

    const id = await project.restore?.create?.(target, making(wanted));
    await project.restore?.untilUp?.(target, id ?? '', wanted);

    assert.ok(clock.now() >= begun + 200_000);
    const { record: made } = await project.read(target, id ?? '');
    const members = ['name', 'projectProfileId', 'resourceTags', 'userParameters'];
    assert.deepEqual(pick(project.restore?.portable?.(made) ?? {}, ...members), wanted);
    assert.deepEqual(pick(made, 'resourceTags'), pick(record, 'resourceTags'));
    const environments = call('ListEnvironments', { projectIdentifier: id ?? '' });
    assert.deepEqual(
      environments.items?.map(({ name, status }) => ({ name, status })),
      [{ name: 'Tooling', status: 'ACTIVE' }],
    );
  });

  it('says so where the last glossary term can not be taken away, and changes the rest', async () => {
    const { id } = call('CreateProject', { name: 'Tagged' });
    const glossary = call('CreateGlossary', { name: 'Business', owningProjectIdentifier: id });
    const term = call('CreateGlossaryTerm', { name: 'Sale', glossaryIdentifier: glossary.id ?? '' });
    call('UpdateProject', { identifier: id, glossaryTerms: [term.id ?? ''] });
    const current = { name: 'Tagged', glossaryTerms: [term.id ?? ''] };

    const updating = project.restore?.update?.(target, {
      ...making({ name: 'Untagged' }),
      id,
      current,
    });

    await assert.rejects(async () => updating, InvalidRequestError);
    assert.equal(call('GetProject', { identifier: id }).name, 'Untagged');
  });
});

describe('restoring a policy grant', () => {
  const clock = new FakeClock();
  const other = '444455556666';
  const service = new DataZoneService({
    clock,
    random: new Random(1),
    accountId: other,
    region: 'eu-west-1',
  });
  const { call, target } = emptyTarget(service, clock);

  it("puts the account of the target's own domain where the source's was", async () => {
    const { items } = call('ListEnvironmentBlueprints', { managed: true });
    const blueprintId = items[0]?.id ?? '';
    call('PutEnvironmentBlueprintConfiguration', {
      environmentBlueprintIdentifier: blueprintId,
      enabledRegions: ['eu-west-1'],
    });
    const record: JsonObject = {
      entityType: 'ENVIRONMENT_BLUEPRINT_CONFIGURATION',
      entityIdentifier: `${accountId}:${blueprintId}`,
      policyType: 'CREATE_ENVIRONMENT_FROM_BLUEPRINT',
      principal: { user: { allUsersGrantFilter: {} } },
      detail: { createEnvironmentFromBlueprint: {} },
    };
    const { portable = (same: JsonObject) => same, create, key } = policyGrant.restore ?? assert.fail();

    const id = await create?.(target, making(portable(record)));

    const { record: made } = await policyGrant.read(target, id ?? '');
    assert.equal(made.entityIdentifier, `${other}:${blueprintId}`);
    assert.deepEqual(key(made), key(record));
  });

  it('is not made where it would let people use all project profiles, since its own are not there', async () => {
    const record: JsonObject = {
      entityType: 'DOMAIN_UNIT',
      entityIdentifier: String(call('GetDomain', { identifier: target.domainId }).rootDomainUnitId),
      policyType: 'CREATE_PROJECT_FROM_PROJECT_PROFILE',
      principal: { user: { allUsersGrantFilter: {} } },
      detail: { createProjectFromProjectProfile: { projectProfiles: [] } },
    };
    const wanted = { ...record, detail: { createProjectFromProjectProfile: {} } };

    const creating = policyGrant.restore?.create?.(target, { ...making(wanted), record });

    await assert.rejects(async () => creating, InvalidRequestError);
  });
});

function making(wanted: JsonObject): Making {
  return { wanted, record: wanted, facets: {}, clientToken: 'token' };
}

/** A V2 domain that a restore writes to; its clock moves on while somebody waits. */
function emptyTarget(service: DataZoneService, clock: FakeClock) {
  const role = `arn:aws:iam::${accountId}:role/execution`;
  const input = {
    name: 'target',
    domainVersion: 'V2',
    domainExecutionRole: role,
    serviceRole: role,
  } as const;
  const { id: domainId } = service.call('CreateDomain', input, callerOf('admin'));
  const call = <N extends OperationName>(
    operation: N,
    given: Omit<Given<N>, 'domainIdentifier'>,
  ): Answer<N> =>
    service.call(
      operation,
      { ...given, domainIdentifier: domainId } as unknown as Given<N>,
      callerOf('admin'),
    );
  const client = inProcessDataZone(service, 'admin');
  const sleep = async (milliseconds: number) => clock.advance(milliseconds);
  return { call, target: new DataZoneTarget({ reading: client, writing: client, domainId, sleep }) };
}
