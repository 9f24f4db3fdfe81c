import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Input, output, type Unwrap } from '@pulumi/pulumi';
import { parse } from 'yaml';
import { z } from 'zod';
import {
  callbackGrants,
  captureGrants,
  collectGrants,
  commitGrants,
  leaseGrants,
  scheduleGrants,
  stateMachineGrants,
} from '../../components/backup-permissions';
import { changeGrants } from '../../components/change-permissions';
import { drillGrants, drillScheduleGrants, tearDownGrants } from '../../components/drill-permissions';
import type { Grant } from '../../components/grants';
import { proofGrants, proofScheduleGrants } from '../../components/proof-permissions';
import { restoreGrants } from '../../components/restore-permissions';
import { changeActions } from '../../core/catalog/changes';
import { membershipActions } from '../../core/catalog/membership';
import { drilledKinds, readActions, restoreActions } from '../../core/catalog/registry';
import { handlers } from '../../local/datazone/kinds';
import type { Setting } from '../../stacks/setting';
import { commonSettings, datazoneSettings, smusSettings } from '../../stacks/settings';
import { graphOf } from '../support/program';
import { changeTable } from './change-table';
import { membersOf } from './doc-comments';
import { actsOutsideList, exclusionTable, kindTable, leftToPeopleTable } from './kind-tables';
import { code, table } from './markdown';
import { root } from './pages';

type Settings = Readonly<Record<string, Setting<unknown>>>;

/** The tables of the documentation that are made from the code, by name. */
export const tables: Readonly<Record<string, () => Promise<string>>> = {
  'configuration of both flavours': async () => configuration(commonSettings),
  'configuration of datazone': async () => configuration(datazoneSettings, 'datazone'),
  'configuration of smus': async () => configuration(smusSettings, 'smus'),
  outputs: async () => table(['Output', 'What it is'], outputRows()),
  kinds: async () => kindTable(),
  changes: async () => changeTable(),
  'what is in no backup': async () => exclusionTable(),
  'left to people': async () => leftToPeopleTable(),
  'acts outside': async () => actsOutsideList(),
  kept: async () => table(['Stays by', 'Resource', 'Type'], await keptRows()),
  'emulated operations': async () => emulated(),
  grants: async () => table(['Role', 'Class', 'Actions', 'On', 'Why'], await grantRows()),
};

function configuration(settings: Settings, flavour?: string): string {
  const scalars = declared();
  const rows = Object.entries(settings).map(([key, setting]) => {
    const meaning = setting.type === 'structured' ? comment(key, flavour) : scalars[key]?.description;
    if (meaning === undefined) throw new Error(`Pulumi.yaml says nothing of ${key}`);
    return [code(key), setting.type, fallbackOf(setting), meaning];
  });
  return table(['Key', 'Type', 'Default', 'Meaning'], rows);
}

function fallbackOf({ required, fallback }: Setting<unknown>): string {
  if (required) return '**required**';
  if (Array.isArray(fallback) && fallback.length > 0) return fallback.map(code).join(', ');
  if (fallback === undefined || fallback === '' || (typeof fallback === 'object' && fallback !== null))
    return 'none';
  return code(String(fallback));
}

function declared() {
  const schema = z.object({ config: z.record(z.string(), z.object({ description: z.string() })) });
  return schema.parse(parse(pulumiYaml())).config;
}

/** What the comments of Pulumi.yaml say of a key with a structure; of the one of a flavour, where both have it. */
function comment(key: string, flavour: string | undefined): string | undefined {
  const [common = '', ...parts] = pulumiYaml().split(/^# {3}Flavour /m);
  const part = flavour === undefined ? common : parts.find((text) => text.startsWith(`${flavour}:`));
  const found = new RegExp(`^# {3}${key}: (.*(?:\\n# {4,}.*)*)`, 'm').exec(part ?? '');
  return found?.[1]
    ?.split('\n')
    .map((line) => line.replace(/^#\s*/, '').replace(/^- /, ''))
    .map((line) =>
      line.replace(
        /^([a-z][A-Za-z]*(?:, [a-z][A-Za-z]*)*): /,
        (_, names: string) => `${names.split(', ').map(code).join(', ')}: `,
      ),
    )
    .join('<br>');
}

function pulumiYaml(): string {
  return readFileSync(join(root, 'Pulumi.yaml'), 'utf8');
}

function outputRows(): string[][] {
  return membersOf('stacks/outputs.ts', 'StackOutputs').map(({ name, text }) => {
    if (text === '') throw new Error(`stacks/outputs.ts says nothing of ${name}`);
    return [code(name), text];
  });
}

/** What a destroy leaves in the account, by the key that keeps it. */
async function keptRows(): Promise<string[][]> {
  const keys = ['onDestroy', 'domainOnDestroy'] as const;
  const others = { onDestroy: 'delete', domainOnDestroy: 'delete' };
  const rows = await Promise.all(
    keys.map(async (key) => {
      const { resources } = await graphOf('datazone', { ...others, [key]: 'retain' });
      return resources
        .filter(({ retainOnDelete }) => retainOnDelete)
        .map(({ type, name }) => [code(key), name, code(type)])
        .sort(([, , one = ''], [, , other = '']) => one.localeCompare(other));
    }),
  );
  return rows.flat();
}

function emulated(): string {
  return `DataZone: ${Object.keys(handlers).sort().join(', ')}.`;
}

/** Grants of the backup's roles over all configurations, resources by what they are. */
async function grantRows(): Promise<string[][]> {
  const vault = {
    region: '<primary>',
    secondaryRegion: '<secondary>',
    tableArn: 'the vault',
    replicaTableArn: 'the replica of the vault',
    tableKeyArn: "the vault's key",
    replicaKeyArn: "the replica's key",
  };
  const actions = [...new Set([...readActions('V1'), ...readActions('V2'), ...membershipActions])].sort();
  const domain = { region: '<primary>', keyArn: "the domain's key", readActions: actions, enrols: true };
  const tasks = {
    begin: 'begin',
    captureScopes: 'captureScopes',
    closeReferences: 'closeReferences',
    commit: 'commit',
    collect: 'collect',
    fail: 'fail',
  };
  const restoreTasks = {
    planRestore: 'planRestore',
    applyRestore: 'applyRestore',
    verifyRestore: 'verifyRestore',
    createDomain: 'createDomain, in the secondary Region',
  };
  const drilling = {
    place: { partition: 'aws', accountId: '<account>', region: '<secondary>' },
    vault: { region: '<secondary>', tableArn: 'the vault', tableKeyArn: "the vault's key" },
    domainId: '<domain>',
    newDomain: {
      version: 'V2',
      executionRoleArn: "a new domain's execution role",
      serviceRoleArn: "a new V2 domain's service role",
      keyArn: "the scratch domain's key",
    },
    restoreActions: [
      ...new Set(
        (['V1', 'V2'] as const).flatMap((version) => restoreActions(version, drilledKinds(version))),
      ),
    ].sort(),
  } as const;
  const drillTasks = { drill: 'drill', tearDownDrill: 'tearDownDrill' };
  const isInvocation = ({ class: of }: Grant) => of === 'called';
  const roles: [string, readonly Grant[]][] = [
    ['capture', [...captureGrants(vault, domain), ...leaseGrants('executions of the backup')]],
    ['commit', commitGrants(vault)],
    ['collect', collectGrants(vault)],
    [
      'change capture',
      changeGrants(
        vault,
        {
          ...domain,
          readActions: [...new Set([...changeActions('V1'), ...changeActions('V2')])].sort(),
        },
        {
          queueArn: 'the queue of events',
          deadLetterQueueArn: 'the queue of its dead letters',
          keyArn: "the queues' key",
        },
      ),
    ],
    ['proof, in each Region', proofGrants(vault)],
    ['schedule of the proof', proofScheduleGrants('the function')],
    [
      'restore, in each Region',
      restoreGrants({
        vault: { region: '<its own>', tableArn: 'the vault', tableKeyArn: "the vault's key" },
        domainId: '<domain>',
        domainKeyArn: "the domain's key",
        restoreActions: [...new Set([...restoreActions('V1'), ...restoreActions('V2')])].sort(),
        newDomain: {
          version: 'V2',
          executionRoleArn: "a new domain's execution role, in the secondary Region",
          serviceRoleArn: "a new V2 domain's service role, in the secondary Region",
          keyArn: "the domain's key",
        },
      }),
    ],
    ['state machine of restores', stateMachineGrants(restoreTasks).filter(isInvocation)],
    ['drill, with `drillCron`', drillGrants(drilling)],
    ['tear-down of drills', tearDownGrants(drilling)],
    ['state machine of drills', stateMachineGrants(drillTasks).filter(isInvocation)],
    ['schedule of drills', drillScheduleGrants('the state machine')],
    ['of each function', callbackGrants("the function's log group")],
    ['state machine', stateMachineGrants(tasks)],
    [
      'schedule',
      scheduleGrants({
        stateMachineArn: 'the state machine',
        deadLetterArn: 'the dead-letter queue',
        deadLetterKeyArn: 'the operations key',
        region: '<primary>',
      }),
    ],
  ];
  const rows = roles.flatMap(([role, grants]) =>
    grants.map(async (grant) => [
      role,
      grant.class,
      [...grant.actions].sort().map(code).join(', '),
      await resourceOf(grant),
      grant.reason,
    ]),
  );
  return Promise.all(rows);
}

async function resourceOf({ resource, condition }: Grant): Promise<string> {
  const text = (await settled(resource)).replace(/:\*$/, '');
  const conditions = await settled(condition ?? {});
  const limits = Object.values(conditions).flatMap((keys) => Object.entries(keys).map(limitOf));
  return `${text === '*' ? code('*') : text}${limits.join('')}`;
}

function limitOf([key, value]: readonly [string, string | readonly string[]]): string {
  const values = [value].flat();
  if (key === 'kms:ViaService') return values.map((service) => ` through ${service.split('.')[0]}`).join('');
  return `, ${key.replace('dynamodb:LeadingKeys', 'partitions').replace('dynamodb:Attributes', 'attributes')} ${values.map(code).join(', ')}`;
}

function settled<Value>(input: Input<Value>): Promise<Unwrap<Value>> {
  return new Promise((resolve) => output(input).apply(resolve));
}
