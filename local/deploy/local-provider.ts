import type { DataZoneService } from '../datazone/service';
import { ComputedProvider } from '../program/computed-provider';
import type { ProgramProvider, Registration } from '../program/graph';
import type { Caller } from '../wire';
import { type Api, apiOf, dataZoneLookups, dataZoneResources, type Made } from './data-zone-resources';

/**
 * Stands where the AWS providers stand while the program runs: what DataZone holds is really created, by the role
 * that deploys, so that its ids are the service's own; everything else gets the ids and ARNs that AWS would give,
 * and is deployed from the captured graph afterwards.
 */
export class LocalProvider implements ProgramProvider {
  private readonly computed: ComputedProvider;
  private readonly datazone: Api;

  /** `endpoint` is where queues stand: SDKs send to the host in a queue's URL, whatever their endpoint. */
  constructor(
    service: DataZoneService,
    private readonly deployer: Caller,
    private readonly endpoint: string,
  ) {
    this.computed = new ComputedProvider({ accountId: deployer.accountId, region: deployer.region });
    this.datazone = apiOf(service, deployer);
  }

  async create(registration: Registration): Promise<{ id: string; state: Record<string, unknown> }> {
    const computed = await this.computed.create(registration);
    if (registration.type === 'aws:sqs/queue:Queue') return this.queue(computed);
    const make = dataZoneResources[registration.type];
    if (make === undefined) return computed;
    const made = make(registration.inputs, this.datazone);
    return { id: made.id, state: { ...computed.state, ...made.state } };
  }

  private queue({ state }: Made): Made {
    const url = `${this.endpoint}/${this.deployer.accountId}/${state.name}`;
    return { id: url, state: { ...state, url } };
  }

  async invoke(token: string, args: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    const lookUp = dataZoneLookups[token];
    if (lookUp === undefined) return this.computed.invoke(token, args);
    return { ...(await this.computed.invoke(token, args)), ...lookUp(args, this.datazone) };
  }
}
