import assert from 'node:assert/strict';
import { run } from '../../cli/program';
import type { TargetPlace } from '../../cli/targets';
import type { JsonObject } from '../../core/catalog/kind';
import { kinds } from '../../core/catalog/registry';
import type { RestoreTarget } from '../../core/catalog/restoration';
import { committed } from '../core/backup/random-bench';
import { restoreArgs, restorer } from '../core/restore/restore-bench';
import { BackupBench } from '../support/in-process-backup';
import { inProcessDataZone } from '../support/in-process-clients';

/** Few, so that a backup before each test takes no time. */
const names = ['domain', 'domainUnit', 'userProfile', 'project', 'membership', 'glossary', 'glossaryTerm'];
const backedUp = kinds.filter(({ name }) => names.includes(name));

type Answer = Promise<JsonObject>;

/** A domain that was backed up, with a glossary that can be lost, and the operator's tool on its vault. */
export class LosableGlossary {
  /** Domains that the tool opened, and what it sent there beside what reads. */
  opened: TargetPlace[] = [];
  changes: string[] = [];
  /** Stands between the tool and the domain. */
  between: (operation: string, call: () => Answer) => Answer = (_operation, call) => call();

  private constructor(
    readonly bench: BackupBench,
    readonly id: string,
    private readonly termIds: readonly [string, string],
    /** Cut of the one snapshot. */
    readonly cutAt: string,
  ) {}

  static async start(): Promise<LosableGlossary> {
    const bench = await BackupBench.start({ inMemory: true, projects: 1, assets: 1, kinds: backedUp });
    const make = (operation: 'CreateGlossary' | 'CreateGlossaryTerm', input: object): string =>
      bench.service.call(operation, { domainIdentifier: bench.domainId, ...input } as never, bench.caller).id;
    const glossary = make('CreateGlossary', {
      owningProjectIdentifier: bench.projectIds[0],
      name: 'Sales terms',
      description: 'of the shop',
      status: 'ENABLED',
    });
    const basket = make('CreateGlossaryTerm', { glossaryIdentifier: glossary, name: 'Basket' });
    const order = make('CreateGlossaryTerm', {
      glossaryIdentifier: glossary,
      name: 'Order',
      termRelations: { isA: [basket] },
    });
    const { cutAt } = await committed(bench);
    return new LosableGlossary(bench, glossary, [order, basket], cutAt);
  }

  /** What somebody does in the domain. */
  edit(operation: string, input: object): void {
    const { service, domainId, caller } = this.bench;
    service.call(operation as 'CreateGlossary', { domainIdentifier: domainId, ...input } as never, caller);
  }

  lose(): void {
    for (const identifier of this.termIds) this.edit('DeleteGlossaryTerm', { identifier });
    this.edit('UpdateGlossary', { identifier: this.id, status: 'DISABLED' });
    this.edit('DeleteGlossary', { identifier: this.id });
  }

  /** Those that the domain has now. */
  glossaries() {
    const { service, domainId, caller } = this.bench;
    const input = { domainIdentifier: domainId, searchScope: 'GLOSSARY' } as const;
    return (service.call('Search', input, caller).items ?? []).flatMap(({ glossaryItem }) =>
      glossaryItem === undefined ? [] : [glossaryItem],
    );
  }

  async dzr(...args: string[]) {
    const out: string[] = [];
    const err: string[] = [];
    const meter: string[] = [];
    const place = ['--table', 'vault', '--region', 'eu-west-1', '--secondary-region', 'eu-central-1'];
    const code = await run([...place, '--domain', this.bench.domainId, ...args], {
      open: () => this.bench.vault(),
      openTarget: (target) => this.open(target),
      openDataZone: () => inProcessDataZone(this.bench.service, restorer),
      openQueue: () => assert.fail('a queue is opened'),
      out: (text) => out.push(text),
      err: (text) => err.push(text),
      meter: (text) => meter.push(text),
    });
    return { code, text: out.join('\n'), err: err.join('\n'), meter };
  }

  async json(...args: string[]) {
    const { code, text, err } = await this.dzr('--json', ...args);
    if (text === '') throw new Error(err);
    return { code, value: JSON.parse(text) };
  }

  /** Proves the vault and plans; id of the plan. */
  async planned(...args: string[]): Promise<string> {
    await this.dzr('prove');
    return (await this.json('plan', ...args)).value.plan;
  }

  private open(place: TargetPlace): RestoreTarget {
    this.opened.push(place);
    const { target } = restoreArgs(this.bench, place.domainId);
    return {
      domainId: place.domainId,
      sleep: target.sleep,
      call: (operation, input) => {
        if (!/^(Get|List|Search|BatchGet)/.test(operation)) this.changes.push(operation);
        return this.between(operation, () => target.call(operation, input));
      },
    };
  }
}
