import assert from 'node:assert/strict';
import type { DataZone } from '@aws-sdk/client-datazone';
import { Fixture, tableType } from '../../local/datazone/fixture';
import { accountId } from '../../support/wire-server';

const deployMilliseconds = 5000;
const role = `arn:aws:iam::${accountId}:role/Analyst`;

/** A local domain with one project, and everything that a project computes with. */
export class FilledCompute {
  readonly fixture = new Fixture({ deployMilliseconds });
  readonly globalParameter = 'only ever written';
  /** How many there are of each kind. */
  readonly expected: Record<string, number>;
  domainId = '';
  projectId = '';
  private blueprintId = '';

  constructor(private readonly version: 'V1' | 'V2') {
    this.expected = {
      environmentBlueprint: version === 'V1' ? 3 : 8,
      environmentBlueprintConfiguration: 1,
      accountPool: 51,
      projectProfile: 1,
      environmentProfile: 51,
      environment: 2,
      environmentAction: 52,
      subscriptionTarget: 3,
    };
  }

  private get client(): DataZone {
    return this.fixture.client();
  }

  async start(): Promise<void> {
    await this.fixture.start();
    this.domainId = this.fixture.domain(this.version);
    this.projectId = this.fixture.project(this.domainId);
    await this.configureBlueprints();
    await (this.version === 'V1' ? this.addEnvironmentProfiles() : this.addPoolsAndProfile());
    for (const [name, actions, targets] of [
      ['dev', 51, 1],
      ['prod', 1, 2],
    ] as const) {
      const environmentIdentifier = await this.newEnvironment(name);
      const inEnvironment = { domainIdentifier: this.domainId, environmentIdentifier };
      for (let n = 0; n < actions; n++) {
        await this.client.createEnvironmentAction({
          ...inEnvironment,
          name: 'Query',
          parameters: { awsConsoleLink: { uri: `https://console.aws.amazon.com/athena?${n}` } },
        });
      }
      for (let n = 0; n < targets; n++) await this.addTarget(inEnvironment);
    }
    this.passDeployment();
  }

  async newEnvironment(name: string): Promise<string> {
    const { id } = await this.client.createEnvironment({
      domainIdentifier: this.domainId,
      projectIdentifier: this.projectId,
      name,
      environmentBlueprintIdentifier: this.blueprintId,
      userParameters: [{ name: 'size', value: 'small' }],
    });
    return id ?? assert.fail();
  }

  async deleteEnvironment(identifier: string): Promise<void> {
    await this.client.deleteEnvironment({ domainIdentifier: this.domainId, identifier });
  }

  passDeployment(): void {
    this.fixture.clock.advance(deployMilliseconds);
  }

  private async configureBlueprints(): Promise<void> {
    const domainIdentifier = this.domainId;
    await this.client.createEnvironmentBlueprint({
      domainIdentifier,
      name: 'Notebooks',
      provisioningProperties: {
        cloudFormation: { templateUrl: 'https://blueprints.s3.amazonaws.com/n.yaml' },
      },
      userParameters: [{ keyName: 'size', fieldType: 'String', isEditable: true }],
    });
    const name = this.version === 'V1' ? 'DefaultDataLake' : 'DataLake';
    this.blueprintId = this.fixture.blueprint(domainIdentifier, name);
    await this.client.putEnvironmentBlueprintConfiguration({
      domainIdentifier,
      environmentBlueprintIdentifier: this.blueprintId,
      enabledRegions: ['eu-west-1', 'eu-central-1'],
      provisioningRoleArn: role,
      regionalParameters: { 'eu-west-1': { S3Location: 's3://lake' } },
      globalParameters: { note: this.globalParameter },
    });
  }

  private async addEnvironmentProfiles(): Promise<void> {
    for (let n = 0; n < 51; n++) {
      await this.client.createEnvironmentProfile({
        domainIdentifier: this.domainId,
        projectIdentifier: this.projectId,
        environmentBlueprintIdentifier: this.blueprintId,
        name: `Lake ${n}`,
        userParameters: [{ name: 'size', value: 'small' }],
      });
    }
  }

  private async addPoolsAndProfile(): Promise<void> {
    const domainIdentifier = this.domainId;
    const ids: string[] = [];
    for (let n = 0; n < 51; n++) {
      const { id } = await this.client.createAccountPool({
        domainIdentifier,
        name: `Pool ${n}`,
        resolutionStrategy: 'MANUAL',
        accountSource:
          n === 0
            ? {
                customAccountPoolHandler: {
                  lambdaFunctionArn: `arn:aws:lambda:eu-west-1:${accountId}:function:accounts`,
                },
              }
            : { accounts: [{ awsAccountId: accountId, supportedRegions: ['eu-west-1'] }] },
      });
      ids.push(id ?? assert.fail());
    }
    await this.client.createProjectProfile({
      domainIdentifier,
      name: 'Analytics',
      projectResourceTags: [{ key: 'team', value: 'data', isValueEditable: false }],
      environmentConfigurations: [
        {
          name: 'Lake',
          environmentBlueprintId: this.blueprintId,
          accountPools: ids.slice(0, 2),
          configurationParameters: { parameterOverrides: [{ name: 'size', value: 'small' }] },
        },
      ],
    });
  }

  private async addTarget(inEnvironment: {
    readonly domainIdentifier: string;
    readonly environmentIdentifier: string;
  }): Promise<void> {
    await this.client.createSubscriptionTarget({
      ...inEnvironment,
      name: 'Lake',
      type: 'GlueSubscriptionTargetType',
      manageAccessRole: role,
      authorizedPrincipals: [role],
      applicableAssetTypes: [tableType],
      subscriptionTargetConfig: [{ formName: 'GlueSubscriptionTargetConfigForm', content: '{}' }],
    });
  }
}
