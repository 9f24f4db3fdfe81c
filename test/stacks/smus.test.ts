import assert from 'node:assert/strict';
import type { ResourceGraph } from '../../local/program/graph';
import { find, graphOf, ofType, statementsOf } from '../support/program';

const domainId = 'dzd-4kfdl2mqs8x0ab';
const shell = { domainId: undefined, domainKmsKeyArn: undefined, domainName: 'Shell' };
const captureRoleArn = 'arn:aws:iam::123456789012:role/governance/reader';

const domainTypes = (graph: ResourceGraph) =>
  [...new Set(graph.resources.map(({ type }) => type))].filter((type) => type.includes(':datazone')).sort();

describe('stack smus', () => {
  it('changes nothing of the domain that it adopts but who may read it', async () => {
    const graph = await graphOf('smus');

    assert.deepEqual(domainTypes(graph), [
      'aws:datazone/policyGrant:PolicyGrant',
      'aws:datazone/userProfile:UserProfile',
    ]);
    assert.equal(graph.outputs.domainId, domainId);
    assert.equal(graph.outputs.domainVersion, 'V2');
    assert.match(String(graph.outputs.domainKeyArn), /^arn:aws:kms:eu-central-1:123456789012:key\//);
  });

  it('lets backup, change capture and restore add themselves to all projects, by grants on the root unit', async () => {
    const graph = await graphOf('smus');

    for (const name of ['backup-reader', 'changes-reader', 'restore-restorer']) {
      const { id } = find(graph, 'aws:datazone/userProfile:UserProfile', name);
      const principal = { user: { userIdentifier: id } };
      const grant = (suffix: string) =>
        find(graph, 'aws:datazone/policyGrant:PolicyGrant', `${name}-${suffix}`).inputs;
      for (const [suffix, policyType, detail] of [
        ['member-pool', 'ADD_TO_PROJECT_MEMBER_POOL', 'addToProjectMemberPool'],
        ['override-owners', 'OVERRIDE_PROJECT_OWNERS', 'overrideProjectOwners'],
      ] as const) {
        const { domainIdentifier: _, entityIdentifier: __, ...given } = grant(suffix);
        const details = { [detail]: { includeChildDomainUnits: true } };
        assert.deepEqual(given, { entityType: 'DOMAIN_UNIT', policyType, detail: details, principal });
      }
    }
    assert.equal(ofType(graph, 'aws:datazone/policyGrant:PolicyGrant').length, 6);
    for (const role of ['backup-capture', 'changes']) {
      const actions = statementsOf(find(graph, 'aws:iam/rolePolicy:RolePolicy', role).inputs.policy);
      assert.ok(actions.some(({ Action }) => Action.includes('datazone:CreateProjectMembership')));
    }
  });

  it('makes backup, change capture and restore members of listed projects, and of no others', async () => {
    const graph = await graphOf('smus', { projects: ['5aZ_one', '6bY-two'] });

    const memberships = ofType(graph, 'aws-native:datazone:ProjectMembership').map(({ inputs }) => inputs);
    assert.deepEqual(
      memberships.map(({ projectIdentifier, designation }) => [projectIdentifier, designation]).sort(),
      [
        ['5aZ_one', 'PROJECT_CONTRIBUTOR'],
        ['5aZ_one', 'PROJECT_CONTRIBUTOR'],
        ['5aZ_one', 'PROJECT_OWNER'],
        ['6bY-two', 'PROJECT_CONTRIBUTOR'],
        ['6bY-two', 'PROJECT_CONTRIBUTOR'],
        ['6bY-two', 'PROJECT_OWNER'],
      ],
    );
    assert.deepEqual(ofType(graph, 'aws:datazone/policyGrant:PolicyGrant'), []);
    const capture = find(graph, 'aws:iam/rolePolicy:RolePolicy', 'backup-capture').inputs.policy;
    assert.ok(!String(capture).includes('CreateProjectMembership'));
    assert.deepEqual(graph.outputs.projectIds, { '5aZ_one': '5aZ_one', '6bY-two': '6bY-two' });
  });

  it('makes no second profile for an existing role, by whose profile it is a member', async () => {
    const captureRoleProfileId = '0123456789-1b671a64-40d5-491e-99b0-da01ff1f3341';
    const graph = await graphOf('smus', { captureRoleArn, captureRoleProfileId, projects: ['p1'] });

    const profiles = ofType(graph, 'aws:datazone/userProfile:UserProfile').map(({ name }) => name);
    assert.deepEqual(profiles, ['restore-restorer']);
    const { member } = find(graph, 'aws-native:datazone:ProjectMembership', 'backup-reader-p1').inputs;
    assert.deepEqual(member, { userIdentifier: captureRoleProfileId });
    assert.equal(graph.outputs.captureRoleArn, captureRoleArn);
  });

  it('adds nothing to the domain for a role that is enrolled already', async () => {
    const graph = await graphOf('smus', { captureRoleArn, captureRoleEnrolled: true });

    assert.deepEqual(domainTypes(graph), []);
    assert.equal(graph.outputs.captureRoleArn, captureRoleArn);
  });

  it('makes a shell of a V2 domain where it is given a name in the place of an id', async () => {
    const graph = await graphOf('smus', { ...shell, onDestroy: 'refuse', domainOnDestroy: 'retain' });

    const domain = find(graph, 'aws:datazone/domain:Domain', 'domain').inputs;
    const trustOf = (name: string) =>
      statementsOf(find(graph, 'aws:iam/role:Role', name).inputs.assumeRolePolicy);
    assert.equal(domain.domainVersion, 'V2');
    assert.equal(domain.serviceRole, find(graph, 'aws:iam/role:Role', 'domain-service').state.arn);
    assert.equal(domain.kmsKeyIdentifier, graph.outputs.domainKeyArn);
    assert.deepEqual(trustOf('domain-execution')[0]?.Action, [
      'sts:AssumeRole',
      'sts:TagSession',
      'sts:SetContext',
    ]);
    assert.deepEqual(trustOf('domain-service')[0]?.Condition, {
      StringEquals: { 'aws:SourceAccount': '123456789012' },
    });
    assert.deepEqual(ofType(graph, 'aws:datazone/project:Project'), []);
  });
});
