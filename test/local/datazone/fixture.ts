import { DataZone } from '@aws-sdk/client-datazone';
import { FakeClock } from '../../../local/clock';
import {
  DataZoneService,
  type DataZoneServiceArgs,
  type EventBridgeEvent,
  type Given,
  type OperationName,
} from '../../../local/datazone/service';
import { Random } from '../../../local/random';
import { accountId, callerOf, serveWire } from '../../support/wire-server';

export const admin = callerOf('admin');
export const executionRole = `arn:aws:iam::${accountId}:role/Execution`;
export const tableType = 'amazon.datazone.GlueTableAssetType';

/** A service on a port, with a clock that stands still and everything that it sent to the bus. */
export class Fixture {
  readonly clock = new FakeClock();
  readonly events: EventBridgeEvent[] = [];
  readonly service: DataZoneService;
  private readonly clients = new Map<string, DataZone>();
  private server: Awaited<ReturnType<typeof serveWire>> | undefined;

  constructor(args: Partial<DataZoneServiceArgs> = {}) {
    this.service = new DataZoneService({
      clock: this.clock,
      random: new Random(1),
      accountId,
      region: 'eu-west-1',
      emit: (event) => this.events.push(event),
      ...args,
    });
  }

  async start(): Promise<this> {
    this.server = await serveWire(this.service);
    return this;
  }

  async stop(): Promise<void> {
    for (const client of this.clients.values()) client.destroy();
    await this.server?.close();
  }

  /** The SDK's client with the credentials of a role, or of the administrator. */
  client(role = 'admin'): DataZone {
    const known = this.clients.get(role);
    if (known) return known;
    const client = new DataZone({
      endpoint: this.server?.url ?? '',
      region: 'eu-west-1',
      credentials: { accessKeyId: role, secretAccessKey: 'secret' },
    });
    this.clients.set(role, client);
    return client;
  }

  /** A call without the wire, as the administrator or another role. */
  call<N extends OperationName>(name: N, input: Given<N>, role = 'admin') {
    return this.service.call(name, input, callerOf(role));
  }

  domain(version: 'V1' | 'V2' = 'V1'): string {
    const roles = { domainExecutionRole: executionRole, serviceRole: executionRole };
    return this.call('CreateDomain', { name: `Domain ${version}`, domainVersion: version, ...roles }).id;
  }

  project(domainIdentifier: string, name = 'Sales'): string {
    return this.call('CreateProject', { domainIdentifier, name }).id;
  }

  /** An environment of a blueprint of AWS's own, with an environment profile where the domain has those. */
  environment(domainIdentifier: string, projectIdentifier: string, name = 'Analytics'): string {
    const { items } = this.call('ListEnvironmentBlueprints', { domainIdentifier, managed: true });
    const environmentBlueprintIdentifier = `${items[0]?.id}`;
    const input = { domainIdentifier, projectIdentifier, name };
    const { domainVersion } = this.call('GetDomain', { identifier: domainIdentifier });
    if (domainVersion === 'V2') {
      return `${this.call('CreateEnvironment', { ...input, environmentBlueprintIdentifier }).id}`;
    }
    const blueprint = { domainIdentifier, environmentBlueprintIdentifier };
    this.call('PutEnvironmentBlueprintConfiguration', { ...blueprint, enabledRegions: ['eu-west-1'] });
    const profile = this.call('CreateEnvironmentProfile', { ...input, environmentBlueprintIdentifier });
    return `${this.call('CreateEnvironment', { ...input, environmentProfileIdentifier: profile.id }).id}`;
  }

  /** Id of a blueprint that AWS supplies. */
  blueprint(domainIdentifier: string, name: string): string {
    const { items } = this.call('ListEnvironmentBlueprints', { domainIdentifier, managed: true, name });
    return items[0]?.id ?? '';
  }

  glossary(domainIdentifier: string, owningProjectIdentifier: string, name = 'Business'): string {
    return this.call('CreateGlossary', { domainIdentifier, owningProjectIdentifier, name, status: 'ENABLED' })
      .id;
  }

  asset(domainIdentifier: string, owningProjectIdentifier: string, name = 'orders'): string {
    const formsInput = [{ formName: 'GlueTableForm', content: JSON.stringify({ tableName: name }) }];
    const owner = { domainIdentifier, owningProjectIdentifier };
    return this.call('CreateAsset', { ...owner, name, typeIdentifier: tableType, formsInput }).id;
  }
}
