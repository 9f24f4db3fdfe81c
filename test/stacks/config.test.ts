import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Config, ConfigError, readConfig } from '../../stacks/config';
import type { Setting } from '../../stacks/setting';
import { commonSettings, datazoneSettings, smusSettings } from '../../stacks/settings';

const project = 'datazone-resilience';
const account = '123456789012';
const deployRoleArn = `arn:aws:iam::${account}:role/deploy`;

const datazone = {
  flavour: 'datazone',
  primaryRegion: 'eu-central-1',
  secondaryRegion: 'eu-west-1',
  deployRoleArn,
  domainName: 'Retail',
  projects: [{ name: 'Sales' }],
};
const smus = {
  flavour: 'smus',
  primaryRegion: 'eu-central-1',
  secondaryRegion: 'eu-west-1',
  deployRoleArn,
  domainId: 'dzd-4kfdl2mqs8x0ab',
};

function read(values: Record<string, unknown>): Config {
  const entries = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [
      key.includes(':') ? key : `${project}:${key}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
  return readConfig(project, Object.fromEntries(entries));
}

function problemsOf(values: Record<string, unknown>): readonly string[] {
  try {
    read(values);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('configuration', () => {
  it('has no drill without the standby, on which it rests', () => {
    const drillCron = '0 5 ? * SUN *';

    assert.equal(read({ ...datazone, drillCron }).drillCron, drillCron);
    assert.deepEqual(problemsOf({ ...datazone, drillCron, standby: false }), [
      `drillCron: "${drillCron}" is given, but standby is false. Set standby to true or remove it.`,
    ]);
  });

  it('needs only what has no sensible default', () => {
    const config = read(datazone);

    assert.equal(config.flavour, 'datazone');
    assert.equal(config.stage, 'dev');
    assert.equal(config.backupIntervalMinutes, 720);
    assert.equal(config.onDestroy, 'retain');
    assert.equal(config.domainOnDestroy, 'retain');
    assert.equal(config.backupCron, undefined);
    assert.deepEqual(config.projects, [
      { name: 'Sales', description: '', environment: false, members: ['producers', 'consumers', 'stewards'] },
    ]);
  });

  it('backs up all projects of an adopted domain unless it is told which', () => {
    assert.equal(read(smus).projects, 'all');
    assert.deepEqual(read({ ...smus, projects: ['p1', 'p2'] }).projects, ['p1', 'p2']);
  });

  it('backs up every kind but old revisions unless it is told which', () => {
    const { kinds, excludeKinds } = read(datazone);
    assert.deepEqual([kinds, excludeKinds], ['all', ['assetRevision', 'dataProductRevision']]);
    assert.deepEqual(read({ ...datazone, excludeKinds: [] }).excludeKinds, []);
    assert.deepEqual(read({ ...datazone, kinds: ['domain', 'project'] }).kinds, ['domain', 'project']);
  });

  it('refuses a kind, an operation and a unit that there is not, each by its name', () => {
    const [kind = '', operation = '', unit = ''] = problemsOf({
      ...smus,
      excludeKinds: ['asset', 'assett'],
      requestRates: { Search: 5, Serch: 5 },
      domainUnits: ['No Unit'],
    });
    assert.match(kind, /^excludeKinds\[1\]: "assett" is not one of domain, /);
    assert.match(operation, /^requestRates\.Serch: 5 is for no operation that a backup calls\. /);
    assert.match(unit, /^domainUnits/);
  });

  it('refuses a kind without the one that it is listed under, and names both', () => {
    assert.deepEqual(problemsOf({ ...datazone, kinds: ['domain', 'assetFilter'] }), [
      'kinds: assetFilter is listed under asset, which is left out. Take in both or neither.',
    ]);
    const problems = problemsOf({ ...datazone, excludeKinds: ['asset'] });
    assert.ok(problems.some((line) => /^excludeKinds: assetFilter is listed under asset/.test(line)));
  });

  it('refuses more ids than change capture can be told, with key, size and remedy', () => {
    const ids = (count: number) => Array.from({ length: count }, (_, n) => `p${n + 1_000_000}xxxxxx`);

    assert.deepEqual(problemsOf({ ...smus, projects: ids(170) }), []);
    assert.deepEqual(problemsOf({ ...smus, projects: ids(300) }), [
      'projects: takes 5101 bytes, and all lists take 5156 of the 3000 that change capture can be told. Set projects to all, give fewer, or set changeCapture to false.',
    ]);
    assert.deepEqual(problemsOf({ ...smus, projects: ids(300), changeCapture: false }), []);
    const [problem = ''] = problemsOf({ ...smus, excludeProjects: ids(300) });
    assert.match(
      problem,
      /^excludeProjects: takes 5101 bytes.* Give fewer, or set changeCapture to false\.$/,
    );
    const names = Array.from({ length: 300 }, (_, n) => ({ name: `Project ${n}` }));
    assert.match(problemsOf({ ...datazone, projects: names })[0] ?? '', /^projects: takes 5101 bytes/);
  });

  it('takes an empty string for an absent key', () => {
    assert.equal(read({ ...datazone, backupCron: '', domainId: '', stage: '' }).stage, 'dev');
  });

  it('prints five errors for five mistakes, each with key, value and remedy', () => {
    const mistakes = {
      ...smus,
      secondaryRegion: 'eu-central-1',
      backupIntervalMinutes: 5,
      deployRoleArn: 'arn:aws:iam::12:role/deploy',
      domainId: 'dzd4kfdl',
      backupIntervall: 60,
    };

    assert.deepEqual([...problemsOf(mistakes)].sort(), [
      'backupIntervalMinutes: 5 is under the minimum of 15. Give whole minutes, 15 to 44640.',
      'backupIntervall: "60" is given, but there is no such key. Correct its name or remove it.',
      'deployRoleArn: "arn:aws:iam::12:role/deploy" is not the ARN of an IAM role. Give the role that deploys and owns the domain, arn:aws:iam::<account>:role/<name>.',
      'domainId: "dzd4kfdl" is not a domain id. Give the id of the domain to adopt: dzd- or dzd_ and up to 36 letters, digits, _ and -.',
      'secondaryRegion: "eu-central-1" is the primaryRegion too. Give another Region for the replica.',
    ]);
    assert.throws(() => read(mistakes), /has 5 problem\(s\):\n- .*\n- .*\n- .*\n- .*\n- /);
  });

  const mistakes: [string, Record<string, unknown>, RegExp][] = [
    [
      'a flavour that it does not know',
      { ...datazone, flavour: 'v1' },
      /^flavour: "v1" is not one of datazone, smus\./,
    ],
    ['no flavour', { ...datazone, flavour: undefined }, /^flavour: is required\./],
    ['a malformed project id', { ...smus, projects: ['a b'] }, /^projects\[0\]: "a b" is not a project id/],
    [
      'some word for the projects',
      { ...smus, projects: 'some' },
      /^projects: "some" is neither all nor a list/,
    ],
    ['an empty list of projects to back up', { ...smus, projects: [] }, /^projects: \[\] names no project/],
    [
      'two projects of one name',
      { ...datazone, projects: [{ name: 'A b' }, { name: 'a-b' }] },
      /^projects: .* two projects of one name/,
    ],
    ['no project to make', { ...datazone, projects: [] }, /^projects: \[\] names no project/],
    [
      'a project with a key that it does not know',
      { ...datazone, projects: [{ name: 'A', env: true }] },
      /^projects\[0\]: .*"env".* is not a map of name,/,
    ],
    [
      'a project name that DataZone refuses',
      { ...datazone, projects: [{ name: 'A/B' }] },
      /^projects\[0\]\.name: "A\/B" is not a name/,
    ],
    [
      'structured values that are no JSON',
      { ...datazone, projects: 'Sales' },
      /^projects: "Sales" is not a list of projects/,
    ],
    [
      'a retention that CloudWatch Logs does not know',
      { ...smus, logRetentionDays: 31 },
      /^logRetentionDays: 31 is not a log retention\. Give one of 1, 3,/,
    ],
    [
      'a switch that is neither on nor off',
      { ...smus, captureRoleEnrolled: 'yes' },
      /^captureRoleEnrolled: "yes" is not true or false/,
    ],
    [
      'an interval in fractions',
      { ...smus, backupIntervalMinutes: '60.5' },
      /^backupIntervalMinutes: "60.5" is not a whole number/,
    ],
    [
      'a time zone that nobody knows',
      { ...smus, backupTimeZone: 'Mars/Base' },
      /^backupTimeZone: "Mars\/Base" is not a time zone/,
    ],
    [
      'a cron expression of five fields',
      { ...smus, backupCron: '0 3 * * *' },
      /^backupCron: "0 3 \* \* \*" is not a cron/,
    ],
    [
      'Regions of two partitions',
      { ...smus, secondaryRegion: 'us-gov-west-1' },
      /^secondaryRegion: "us-gov-west-1" is in another partition/,
    ],
    [
      'a key of the other flavour',
      { ...datazone, domainId: 'dzd-4kfdl2mqs8x0ab' },
      /^domainId: .* only flavour smus reads it\. Remove it\./,
    ],
    [
      'configuration for default providers',
      { ...smus, 'aws:profile': 'me' },
      /^aws:profile: "me" is given, but the program makes its own/,
    ],
    [
      'a domain of this stack without a name',
      { ...datazone, domainName: undefined },
      /^domainName: is required for flavour datazone/,
    ],
    [
      'neither a domain to adopt nor one to make',
      { ...smus, domainId: undefined },
      /^domainId: is required for flavour smus/,
    ],
    [
      'both a domain to adopt and one to make',
      { ...smus, domainName: 'Shell' },
      /^domainName: .*Only one of domainId and domainName/,
    ],
    [
      "a domain key outside the domain's Region",
      { ...smus, domainKmsKeyArn: `arn:aws:kms:eu-west-1:${account}:key/${'a'.repeat(36)}` },
      /^domainKmsKeyArn: .* is not in eu-central-1/,
    ],
    [
      'an existing role without a way into the domain',
      { ...smus, captureRoleArn: `arn:aws:iam::${account}:role/reader` },
      /^captureRoleArn: .*Give either its captureRoleProfileId, or captureRoleEnrolled/,
    ],
    [
      'the deploy role as the reader',
      { ...smus, captureRoleArn: deployRoleArn, captureRoleEnrolled: true },
      /^captureRoleArn: .* is the deployRoleArn/,
    ],
    [
      'the deploy role among the administrators',
      { ...datazone, administrators: { principals: [deployRoleArn] } },
      /^administrators\.principals: .* is the deployRoleArn/,
    ],
    [
      'single sign-on users where people sign in by IAM',
      { ...datazone, dataUsers: { stewards: { users: ['u'] } } },
      /^dataUsers\.stewards\.users: \["u"\] needs signIn sso/,
    ],
    [
      'principals where people sign in by single sign-on',
      { ...datazone, signIn: 'sso', administrators: { principals: [`arn:aws:iam::${account}:role/a`] } },
      /^administrators\.principals: .* needs signIn iam/,
    ],
    ['a tag of AWS', { ...smus, tags: { 'aws:x': '1' } }, /^tags: .* has a key that AWS does not allow/],
  ];
  for (const [mistake, values, message] of mistakes) {
    it(`refuses ${mistake}`, () => {
      const problems = problemsOf(values);

      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', message);
    });
  }
});

describe('Pulumi.yaml', () => {
  const root = resolve(__dirname, '../..');
  const file = z
    .object({
      config: z.record(
        z.string(),
        z.object({ type: z.string(), description: z.string().min(1), default: z.unknown() }),
      ),
    })
    .parse(parse(readFileSync(resolve(root, 'Pulumi.yaml'), 'utf8')));
  const tables: Record<string, Setting<unknown>>[] = [commonSettings, datazoneSettings, smusSettings];
  const all = tables.flatMap((table) => Object.entries(table));

  it('declares every scalar key with the type and the default that the program has for it', () => {
    const scalars = all.filter(([, { type }]) => type !== 'structured');

    const expected = Object.fromEntries(
      scalars.map(([key, { type, fallback }]) => [key, { type, default: fallback ?? '' }]),
    );
    const declared = Object.fromEntries(
      Object.entries(file.config).map(([key, { type, default: value }]) => [key, { type, default: value }]),
    );
    assert.deepEqual(declared, expected);
  });

  it('describes every structured key in its comments', () => {
    const comments = readFileSync(resolve(root, 'Pulumi.yaml'), 'utf8').match(/^#.*$/gm) ?? [];

    for (const [key] of all.filter(([, { type }]) => type === 'structured')) {
      assert.ok(
        comments.some((line) => line.startsWith(`#   ${key}: `)),
        key,
      );
    }
  });
});
