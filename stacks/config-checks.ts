import { orphans } from '../core/backup/selection';
import type { DomainVersion } from '../core/catalog/kind';
import { kindsOf } from '../core/catalog/registry';
import type { CommonConfig, DatazoneConfig, Draft, SmusConfig } from './config';
import { show } from './setting';
import type { People } from './settings';

/** What is wrong with the pair of Regions. */
export function regionProblems(config: Draft<CommonConfig>): string[] {
  const { primaryRegion, secondaryRegion } = config;
  if (primaryRegion === undefined || secondaryRegion === undefined) return [];
  if (primaryRegion === secondaryRegion) {
    return [
      `secondaryRegion: ${show(secondaryRegion)} is the primaryRegion too. Give another Region for the replica.`,
    ];
  }
  const partition = (name: string) => /^(cn|us-gov|us-iso[a-z]?|eusc)-/.exec(name)?.[1];
  if (partition(primaryRegion) === partition(secondaryRegion)) return [];
  return [
    `secondaryRegion: ${show(secondaryRegion)} is in another partition than ${primaryRegion}. Give a Region of the same partition.`,
  ];
}

/** A drill without what a domain in the secondary Region is made with. */
export function drillProblems({ drillCron, standby }: Draft<CommonConfig>): string[] {
  if (drillCron === undefined || standby !== false) return [];
  return [`drillCron: ${show(drillCron)} is given, but standby is false. Set standby to true or remove it.`];
}

/** Kinds that are captured without those that they are listed under. */
export function kindProblems(config: Draft<CommonConfig>, version: DomainVersion): string[] {
  const { kinds, excludeKinds } = config;
  if (kinds === undefined || excludeKinds === undefined) return [];
  const key = kinds === 'all' ? 'excludeKinds' : 'kinds';
  return orphans(kindsOf(version), {
    kinds: kinds === 'all' ? kinds : [...kinds],
    excludeKinds: [...excludeKinds],
  }).map((problem) => `${key}: ${problem}. Take in both or neither.`);
}

/**
 * Bytes that the lists of a selection may take in all. Lambda gives a function 4 KB of environment variables, names
 * included; of these change capture needs a thousand for what else it is told.
 */
const mostSelectionBytes = 3000;
/** Of a project that is yet to be made: DataZone's ids have 14 characters. */
const futureId = 'x'.repeat(14);

/** Lists that are longer than change capture can be told: those of a flavour, by key, and those of both. */
function selectionProblems(
  config: Draft<CommonConfig>,
  own: Readonly<Record<string, unknown>>,
  mayBeAll: readonly string[],
): string[] {
  if (config.changeCapture !== true) return [];
  const { kinds, excludeKinds, requestRates } = config;
  const sizes = Object.entries({ ...own, kinds, excludeKinds, requestRates }).map(
    ([key, value]) => [key, Buffer.byteLength(JSON.stringify(value) ?? '')] as const,
  );
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  if (total <= mostSelectionBytes) return [];
  const [key, size] = sizes.reduce((one, other) => (other[1] > one[1] ? other : one));
  const orAll = mayBeAll.includes(key) ? `Set ${key} to all, give` : 'Give';
  return [
    `${key}: takes ${size} bytes, and all lists take ${total} of the ${mostSelectionBytes} that change capture can be told. ${orAll} fewer, or set changeCapture to false.`,
  ];
}

/** Keys of flavour datazone that contradict each other. */
export function datazoneProblems(config: Draft<DatazoneConfig>): string[] {
  const { signIn, deployRoleArn } = config;
  const problems: string[] = [];
  if (isAbsent(config, 'domainName')) {
    problems.push('domainName: is required for flavour datazone. Give the name of the domain to make.');
  }
  const groups: [string, People | undefined][] = [
    ['administrators', config.administrators],
    ...Object.entries(config.dataUsers ?? {}).map(([name, group]): [string, People] => [
      `dataUsers.${name}`,
      group,
    ]),
  ];
  for (const [key, group] of groups) {
    if (group === undefined) continue;
    if (deployRoleArn !== undefined && group.principals.includes(deployRoleArn)) {
      problems.push(
        `${key}.principals: ${show(deployRoleArn)} is the deployRoleArn, which owns the domain already. Remove it.`,
      );
    }
    const strange: readonly ('principals' | 'users' | 'groups')[] =
      signIn === 'sso' ? ['principals'] : ['users', 'groups'];
    for (const member of strange.filter((name) => group[name].length > 0)) {
      problems.push(
        `${key}.${member}: ${show(group[member])} needs signIn ${signIn === 'sso' ? 'iam' : 'sso'}. Change signIn or remove it.`,
      );
    }
  }
  problems.push(...selectionProblems(config, { projects: config.projects?.map(() => futureId) }, ['kinds']));
  return problems;
}

/** Keys of flavour smus that contradict each other. */
export function smusProblems(config: Draft<SmusConfig>): string[] {
  const { domainId, domainName, domainKmsKeyArn, captureRoleArn, captureRoleProfileId } = config;
  const problems: string[] = [];
  if (isAbsent(config, 'domainId') && isAbsent(config, 'domainName')) {
    problems.push(
      'domainId: is required for flavour smus. Give the id of the domain to adopt, or a domainName to make a shell.',
    );
  }
  if (domainId !== undefined && domainName !== undefined) {
    problems.push(
      `domainName: ${show(domainName)} is given beside domainId. Only one of domainId and domainName can be provided.`,
    );
  }
  const adoptedOnly = { domainKmsKeyArn, captureRoleArn };
  for (const [key, value] of Object.entries(adoptedOnly)) {
    if (value === undefined || !isAbsent(config, 'domainId')) continue;
    problems.push(`${key}: ${show(value)} is given, but no domain is adopted. Give domainId or remove it.`);
  }
  if (domainKmsKeyArn !== undefined && config.primaryRegion !== undefined) {
    if (domainKmsKeyArn.split(':')[3] !== config.primaryRegion) {
      problems.push(
        `domainKmsKeyArn: ${show(domainKmsKeyArn)} is not in ${config.primaryRegion}. Give the key in the domain's Region.`,
      );
    }
  }
  const waysIn = [captureRoleProfileId !== undefined, config.captureRoleEnrolled === true].filter(
    Boolean,
  ).length;
  if (isAbsent(config, 'captureRoleArn') && waysIn > 0) {
    problems.push(
      'captureRoleArn: is required beside captureRoleProfileId and captureRoleEnrolled. Give it or remove them.',
    );
  }
  if (captureRoleArn !== undefined && waysIn !== 1) {
    problems.push(
      `captureRoleArn: ${show(captureRoleArn)} exists already. Give either its captureRoleProfileId, or captureRoleEnrolled: true if it is a member of the projects too.`,
    );
  }
  if (captureRoleArn !== undefined && captureRoleArn === config.deployRoleArn) {
    problems.push(
      `captureRoleArn: ${show(captureRoleArn)} is the deployRoleArn. Give the backup a role of its own.`,
    );
  }
  const { projects, excludeProjects, domainUnits, excludeDomainUnits } = config;
  const lists = { projects, excludeProjects, domainUnits, excludeDomainUnits };
  problems.push(...selectionProblems(config, lists, ['kinds', 'projects', 'domainUnits']));
  return problems;
}

/** Whether a key was left out; one that could not be read has its problem already. */
function isAbsent<Values extends object>(config: Values, key: keyof Values): boolean {
  return key in config && config[key] === undefined;
}
