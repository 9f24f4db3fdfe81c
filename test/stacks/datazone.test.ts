import assert from 'node:assert/strict';
import type { ResourceGraph } from '../../local/program/graph';
import { find, graphOf, listed, ofType, statementsOf } from '../support/program';

const account = '123456789012';

describe('stack datazone', () => {
  let graph: ResourceGraph;
  before(async () => {
    graph = await graphOf('datazone');
  });
  const inputs = (type: string, name: string) => find(graph, type, name).inputs;
  const state = (type: string, name: string) => find(graph, type, name).state;

  describe('its domain', () => {
    it('is V1, with description, its own key and its execution role', () => {
      const domain = inputs('aws:datazone/domain:Domain', 'domain');

      assert.equal(domain.domainVersion, 'V1');
      assert.equal(domain.name, 'Retail');
      assert.equal(domain.description, 'Data products of the retail division');
      assert.equal(domain.kmsKeyIdentifier, state('aws:kms/key:Key', 'domain-key').arn);
      assert.equal(domain.domainExecutionRole, state('aws:iam/role:Role', 'domain-execution').arn);
      assert.equal(domain.serviceRole, undefined);
      assert.equal(domain.singleSignOn, undefined);
    });

    it('is made after all policies of its execution role', () => {
      const { dependencies } = find(graph, 'aws:datazone/domain:Domain', 'domain');

      for (const [type, name] of [
        ['aws:iam/rolePolicyAttachment:RolePolicyAttachment', 'domain-execution'],
        ['aws:iam/rolePolicy:RolePolicy', 'domain-execution-key'],
      ] as const) {
        assert.ok(dependencies.includes(find(graph, type, name).urn), name);
      }
    });

    it('tells its id in an SSM parameter, and its portal in an output', () => {
      const parameter = inputs('aws:ssm/parameter:Parameter', 'domain-id');

      assert.equal(parameter.name, '/data-governance/dev/retail/domain-id');
      assert.equal(parameter.value, graph.outputs.domainId);
      assert.equal(graph.outputs.portalUrl, state('aws:datazone/domain:Domain', 'domain').portalUrl);
    });

    it('has a key that rotates and that DataZone may use for callers of the account only', () => {
      const key = inputs('aws:kms/key:Key', 'domain-key');

      assert.equal(key.enableKeyRotation, true);
      const [byIam, byDataZone, ...others] = statementsOf(key.policy);
      assert.deepEqual(others, []);
      assert.deepEqual(byIam?.Principal, { AWS: `arn:aws:iam::${account}:root` });
      assert.deepEqual(byDataZone?.Action, [
        'kms:Decrypt',
        'kms:GenerateDataKey',
        'kms:DescribeKey',
        'kms:CreateGrant',
        'kms:RetireGrant',
      ]);
      assert.deepEqual(byDataZone?.Condition, {
        StringEquals: {
          'kms:CallerAccount': account,
          'kms:ViaService': 'datazone.eu-central-1.amazonaws.com',
        },
      });
    });
  });

  describe('its trust policies', () => {
    const trustOf = (name: string) => statementsOf(inputs('aws:iam/role:Role', name).assumeRolePolicy);

    it('let DataZone tag the sessions of the execution role, for this account', () => {
      assert.deepEqual(trustOf('domain-execution'), [
        {
          Effect: 'Allow',
          Principal: { Service: 'datazone.amazonaws.com' },
          Action: ['sts:AssumeRole', 'sts:TagSession'],
          Condition: {
            StringEquals: { 'aws:SourceAccount': account },
            'ForAllValues:StringLike': { 'aws:TagKeys': ['datazone*'] },
          },
        },
      ]);
    });

    it('limit the manage-access role to this account and this domain', () => {
      assert.deepEqual(trustOf('data-lake-manage-access'), [
        {
          Effect: 'Allow',
          Principal: { Service: 'datazone.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: {
            StringEquals: { 'aws:SourceAccount': account },
            ArnEquals: { 'aws:SourceArn': graph.outputs.domainArn },
          },
        },
      ]);
    });

    it('let each group of people assume its own role, and nobody else', () => {
      const who = {
        administrators: 'data-platform',
        producers: 'data-engineers',
        consumers: 'analysts',
        stewards: 'data-office',
      };
      for (const [group, principal] of Object.entries(who)) {
        assert.deepEqual(trustOf(group), [
          {
            Effect: 'Allow',
            Principal: { AWS: [`arn:aws:iam::${account}:role/${principal}`] },
            Action: 'sts:AssumeRole',
          },
        ]);
      }
    });
  });

  describe('its Data Lake blueprint', () => {
    it('is on for the Region, with bucket and roles under the names that DataZone expects', () => {
      const configuration = inputs(
        'aws:datazone/environmentBlueprintConfiguration:EnvironmentBlueprintConfiguration',
        'data-lake',
      );
      const bucket = String(state('aws:s3/bucket:Bucket', 'data-lake-bucket').bucket);

      assert.deepEqual(configuration.enabledRegions, ['eu-central-1']);
      assert.deepEqual(configuration.regionalParameters, {
        'eu-central-1': { S3Location: `s3://${bucket}` },
      });
      assert.match(bucket, /^amazon-datazone-123456789012-/);
      assert.match(
        String(configuration.provisioningRoleArn),
        /:role\/service-role\/AmazonDataZoneProvisioning-/,
      );
      assert.match(
        String(configuration.manageAccessRoleArn),
        /:role\/service-role\/AmazonDataZoneGlueAccess-/,
      );
    });

    it('keeps data in a private, versioned, encrypted bucket that is reached by TLS only', () => {
      const access = inputs(
        'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock',
        'data-lake-bucket-access',
      );
      const versioning = inputs('aws:s3/bucketVersioning:BucketVersioning', 'data-lake-bucket-versioning');
      const encryption = inputs(
        'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
        'data-lake-bucket-encryption',
      );
      const policy = inputs('aws:s3/bucketPolicy:BucketPolicy', 'data-lake-bucket-policy').policy;

      const { bucket: _, ...blocks } = access;
      assert.deepEqual(blocks, {
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
      assert.deepEqual(versioning.versioningConfiguration, { status: 'Enabled' });
      assert.deepEqual(encryption.rules, [
        { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } },
      ]);
      const { arn } = state('aws:s3/bucket:Bucket', 'data-lake-bucket');
      assert.deepEqual(statementsOf(policy), [
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: [arn, `${arn}/*`],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]);
    });
  });

  describe('its projects', () => {
    it('each have an environment profile, and an environment where it is switched on', () => {
      const names = (type: string) =>
        ofType(graph, type)
          .map(({ name }) => name)
          .sort();

      assert.deepEqual(names('aws:datazone/project:Project'), ['project-logistics', 'project-sales']);
      assert.deepEqual(names('aws:datazone/environmentProfile:EnvironmentProfile'), [
        'project-logistics-profile',
        'project-sales-profile',
      ]);
      assert.deepEqual(names('aws:datazone/environment:Environment'), ['project-sales-environment']);
      assert.deepEqual(Object.keys(graph.outputs.projectIds as object).sort(), ['Logistics', 'Sales']);
    });

    it('have administrators and the restore as owners, data users by their designation, backup and change capture as contributors', () => {
      const memberships = ofType(graph, 'aws-native:datazone:ProjectMembership').map(
        ({ name, inputs: { designation } }) => `${name} ${designation}`,
      );

      assert.deepEqual(memberships.sort(), [
        'administrators-logistics PROJECT_OWNER',
        'administrators-sales PROJECT_OWNER',
        'backup-reader-logistics PROJECT_CONTRIBUTOR',
        'backup-reader-sales PROJECT_CONTRIBUTOR',
        'changes-reader-logistics PROJECT_CONTRIBUTOR',
        'changes-reader-sales PROJECT_CONTRIBUTOR',
        'consumers-sales PROJECT_CATALOG_CONSUMER',
        'producers-logistics PROJECT_CONTRIBUTOR',
        'producers-sales PROJECT_CONTRIBUTOR',
        'restore-restorer-logistics PROJECT_OWNER',
        'restore-restorer-sales PROJECT_OWNER',
        'stewards-logistics PROJECT_CATALOG_STEWARD',
        'stewards-sales PROJECT_CATALOG_STEWARD',
      ]);
    });

    it('know the backup by a profile that is made once its role may read', () => {
      const profile = find(graph, 'aws:datazone/userProfile:UserProfile', 'backup-reader');
      const policy = find(graph, 'aws:iam/rolePolicy:RolePolicy', 'backup-capture');

      assert.equal(profile.inputs.userIdentifier, graph.outputs.captureRoleArn);
      assert.ok(profile.dependencies.includes(policy.urn));
      const membership = inputs('aws-native:datazone:ProjectMembership', 'backup-reader-sales');
      assert.deepEqual(membership.member, { userIdentifier: profile.id });
    });

    it('never have the deploy role as a member', () => {
      const deployRoleArn = `arn:aws:iam::${account}:role/datazone-resilience-deploy`;
      const profiles = ofType(graph, 'aws:datazone/userProfile:UserProfile');

      assert.equal(profiles.length, 7);
      assert.ok(profiles.every(({ inputs: { userIdentifier } }) => userIdentifier !== deployRoleArn));
    });
  });

  it('lets data users open the portal, and no more', () => {
    for (const group of ['administrators', 'producers', 'consumers', 'stewards']) {
      const policy = statementsOf(inputs('aws:iam/rolePolicy:RolePolicy', `${group}-portal`).policy);

      const granted = policy.map(({ Action, Resource }) => [Action, Resource]);
      assert.deepEqual(granted, [
        [['datazone:GetDomain'], graph.outputs.domainArn],
        [['datazone:GetIamPortalLoginUrl', 'datazone:ListDomains'], '*'],
        [['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'], graph.outputs.domainKeyArn],
      ]);
    }
  });

  it('takes users and groups of single sign-on in the place of roles', async () => {
    const sso = await graphOf('datazone', {
      signIn: 'sso',
      administrators: { groups: ['0123456789-aaaa'] },
      dataUsers: { stewards: { users: ['u-1'] } },
    });

    const domain = find(sso, 'aws:datazone/domain:Domain', 'domain').inputs;
    assert.deepEqual(domain.singleSignOn, { type: 'IAM_IDC', userAssignment: 'AUTOMATIC' });
    assert.deepEqual(
      ofType(sso, 'aws:datazone/userProfile:UserProfile')
        .map(({ name }) => name)
        .sort(),
      ['backup-reader', 'changes-reader', 'restore-restorer'],
    );
    const owner = find(sso, 'aws-native:datazone:ProjectMembership', 'administrators-0123456789-aaaa-sales');
    assert.deepEqual(owner.inputs.member, { groupIdentifier: '0123456789-aaaa' });
    const steward = find(sso, 'aws-native:datazone:ProjectMembership', 'stewards-u-1-sales');
    assert.deepEqual(steward.inputs.member, { userIdentifier: 'u-1' });
  });

  it('restores from the primary Region alone where nothing is to stand by', async () => {
    const alone = await graphOf('datazone', { standby: false });

    const machines = ofType(alone, 'aws:sfn/stateMachine:StateMachine').map(({ name }) => name);
    const told = Object.entries(alone.outputs).filter(([name]) => name.startsWith('standby'));
    assert.deepEqual(machines.sort(), ['backup', 'restore']);
    assert.equal(told.length, 5);
    for (const [name, value] of told) assert.equal(value, '', name);
  });

  it('grants nothing by wildcard actions, and full access by no managed policy', () => {
    for (const {
      name,
      inputs: { policy },
    } of ofType(graph, 'aws:iam/rolePolicy:RolePolicy')) {
      const actions = statementsOf(policy).flatMap(({ Action }) => listed(Action));
      assert.deepEqual(
        actions.filter((action) => action.includes('*')),
        [],
        name,
      );
    }
    const managed = ofType(graph, 'aws:iam/rolePolicyAttachment:RolePolicyAttachment').map(
      ({ inputs: { policyArn } }) => String(policyArn).replace('arn:aws:iam::aws:policy/', ''),
    );
    assert.deepEqual(managed.sort(), [
      'AmazonDataZoneRedshiftGlueProvisioningPolicy',
      // Of the domain, and of the one that may take its place.
      'service-role/AmazonDataZoneDomainExecutionRolePolicy',
      'service-role/AmazonDataZoneDomainExecutionRolePolicy',
      'service-role/AmazonDataZoneGlueManageAccessRolePolicy',
    ]);
  });
});
