import { z } from 'zod';
import { slugOf } from '../components/slug';
import { publishedRates } from '../core/catalog/pace';
import { kinds } from '../core/catalog/registry';
import { defaulted, matching, oneOf, optional, required, whole } from './setting';

const role = matching(/^arn:aws[a-z-]*:iam::\d{12}:role(\/[\w+=,.@-]+)+$/, 'the ARN of an IAM role');
const principal = matching(
  /^arn:aws[a-z-]*:iam::\d{12}:(root|(role|user)(\/[\w+=,.@-]+)+)$/,
  'the ARN of an IAM role, user or account root',
);
const region = matching(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'an AWS Region');
const slug = (length: number) =>
  matching(
    new RegExp(`^(?!aws|ssm)[a-z][a-z0-9-]{0,${length - 1}}$`),
    `a lower-case word of at most ${length} letters, digits and hyphens`,
  );
const sentence = z.string('is not text').max(2048, 'is longer than 2048 characters');
const title = matching(/^[\w -]{1,64}$/, 'a name of at most 64 letters, digits, spaces, _ and -');
const onDestroy = oneOf(['refuse', 'retain', 'delete']);
const switched = z.boolean('is not true or false');
const distinct = <Item>(items: readonly Item[], key: (item: Item) => string) =>
  new Set(items.map(key)).size === items.length;

/** The people of one group: principals that may assume its role, or users and groups of single sign-on. */
const people = z.strictObject(
  {
    principals: z.array(principal, 'is not a list').default([]),
    users: z.array(z.string('is not a user id').min(1, 'is empty'), 'is not a list').default([]),
    groups: z.array(z.string('is not a group id').min(1, 'is empty'), 'is not a list').default([]),
  },
  'is not a map of principals, users and groups',
);
export type People = z.infer<typeof people>;
const nobody: People = { principals: [], users: [], groups: [] };

export const dataUserGroups = ['producers', 'consumers', 'stewards'] as const;
export type DataUserGroup = (typeof dataUserGroups)[number];
const dataUsers = z.strictObject(
  { producers: people.default(nobody), consumers: people.default(nobody), stewards: people.default(nobody) },
  'is not a map of producers, consumers and stewards',
);

const producerProject = z.strictObject(
  {
    name: title,
    description: sentence.default(''),
    /** Whether the project gets an environment of the Data Lake blueprint. */
    environment: switched.default(false),
    members: z.array(oneOf(dataUserGroups), 'is not a list').default([...dataUserGroups]),
  },
  'is not a map of name, description, environment and members',
);
export type ProducerProjectSettings = z.infer<typeof producerProject>;
const producerProjects = z
  .array(producerProject, 'is not a list of projects')
  .min(1, 'names no project')
  .refine((projects) => distinct(projects, ({ name }) => slugOf(name)), 'has two projects of one name');

/** Texts of one form, each at most once. */
const listOf = <Word extends string>(word: z.ZodType<Word>) =>
  z.array(word, 'is not a list').refine((words) => distinct(words, (it) => it), 'has one twice');
const allOr = <Word extends string>(word: z.ZodType<Word>, what: string) =>
  z.union(
    [z.literal('all'), listOf(word).min(1, `names no ${what}`)],
    `is neither all nor a list of ${what}s`,
  );

const projectId = matching(/^[a-zA-Z0-9_-]{1,36}$/, 'a project id');
const domainUnitId = matching(/^[a-z0-9_-]{1,256}$/, 'a domain unit id');
const [firstKind = '', ...otherKinds] = kinds.map(({ name }) => name);
const kindName = oneOf([firstKind, ...otherKinds]);

const requestRates = z
  .record(
    z.string(),
    z.number('is not a number').positive('is not over 0').max(1000, 'is over 1000'),
    'is not a map',
  )
  .superRefine((rates, context) => {
    for (const operation of Object.keys(rates).filter((name) => !Object.hasOwn(publishedRates, name))) {
      context.addIssue({
        code: 'custom',
        path: [operation],
        message: 'is for no operation that a backup calls',
      });
    }
  });

const tags = z
  .record(z.string(), z.string('is not text').max(256, 'is longer than 256 characters'), 'is not a map')
  .refine(
    (map) => Object.keys(map).every((key) => /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u.test(key)),
    'has a key that AWS does not allow',
  )
  .refine((map) => Object.keys(map).length <= 40, 'has more than 40 tags');

/** The periods that CloudWatch Logs knows. */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/**
 * The keys of both flavours. This table and the two after it are the authority for names, types and defaults;
 * Pulumi.yaml repeats the scalars of all three.
 */
export const commonSettings = {
  flavour: required('string', oneOf(['datazone', 'smus']), 'Give datazone or smus.'),
  application: defaulted('string', slug(32), 'datazone-resilience', 'Give the name of the application.'),
  stage: defaulted('string', slug(16), 'dev', 'Give the stage, such as dev or prod.'),
  primaryRegion: required('string', region, 'Give the Region of the domain, such as eu-central-1.'),
  secondaryRegion: required('string', region, 'Give the Region of the replica, such as eu-west-1.'),
  deployRoleArn: required(
    'string',
    role,
    'Give the role that deploys and owns the domain, arn:aws:iam::<account>:role/<name>.',
  ),
  tags: defaulted('structured', tags, {}, 'Give a map of tag keys and values.'),
  onDestroy: defaulted('string', onDestroy, 'retain', 'Say what pulumi destroy does to the vault.'),
  domainOnDestroy: defaulted('string', onDestroy, 'retain', 'Say what pulumi destroy does to the domain.'),
  domainName: optional('string', title, 'Give the name of the domain that this stack makes.'),
  domainDescription: defaulted('string', sentence, '', 'Shorten the description.'),

  backupIntervalMinutes: defaulted('integer', whole(15, 44_640), 720, 'Give whole minutes, 15 to 44640.'),
  backupCron: optional(
    'string',
    matching(/^\S+( \S+){5}$/, 'a cron expression of six fields'),
    'Give minutes, hours, day of month, month, day of week, year: 0 3 * * ? *.',
  ),
  backupTimeZone: defaulted(
    'string',
    z.string().refine(isTimeZone, 'is not a time zone'),
    'UTC',
    'Give a name of the IANA time zone database, such as Europe/Berlin.',
  ),
  flexibleWindowMinutes: defaulted('integer', whole(0, 1440), 5, 'Give whole minutes, 0 (off) to 1440.'),
  drillCron: optional(
    'string',
    matching(/^\S+( \S+){5}$/, 'a cron expression of six fields'),
    'Give minutes, hours, day of month, month, day of week, year: 0 5 ? * SUN *.',
  ),
  proveIntervalMinutes: defaulted('integer', whole(15, 44_640), 720, 'Give whole minutes, 15 to 44640.'),
  kinds: defaulted('structured', allOr(kindName, 'kind'), 'all', 'Give all, or the names of kinds.'),
  excludeKinds: defaulted(
    'structured',
    listOf(kindName),
    ['assetRevision', 'dataProductRevision'],
    'Give the names of the kinds to leave out, or an empty list.',
  ),
  rotationRuns: defaulted('integer', whole(1, 100), 14, 'Give a number of backups, 1 to 100.'),
  rateShare: defaulted('integer', whole(1, 100), 80, 'Give whole per cent, 1 to 100.'),
  requestRates: defaulted(
    'structured',
    requestRates,
    {},
    'Give a map of operations of DataZone, such as Search, to requests per second.',
  ),
  maxConcurrency: defaulted('integer', whole(1, 40), 10, 'Give the number of parallel workers, 1 to 40.'),
  settleSeconds: defaulted('integer', whole(30, 900), 30, 'Give whole seconds, 30 to 900.'),
  indexLagMinutes: defaulted('integer', whole(1, 1440), 15, 'Give whole minutes, 1 to 1440.'),
  heldShare: defaulted('integer', whole(1, 100), 20, 'Give whole per cent, 1 to 100.'),
  heldLeast: defaulted('integer', whole(1, 1_000_000), 25, 'Give a number of resources, 1 to 1000000.'),
  retentionDays: defaulted('integer', whole(1, 3650), 35, 'Give whole days, 1 to 3650.'),
  keepSnapshots: defaulted('integer', whole(1, 100), 3, 'Give a number of snapshots, 1 to 100.'),
  changeCapture: defaulted('boolean', switched, true, 'Give true or false.'),
  changeCaptureCloudTrail: defaulted('boolean', switched, true, 'Give true or false.'),
  changeCaptureBatchSeconds: defaulted('integer', whole(1, 300), 2, 'Give whole seconds, 1 to 300.'),
  changeCaptureConcurrency: defaulted(
    'integer',
    whole(2, 40),
    4,
    'Give the number of parallel workers, 2 to 40.',
  ),
  changeCaptureMaxReceives: defaulted('integer', whole(2, 100), 5, 'Give a number of attempts, 2 to 100.'),
  standby: defaulted('boolean', switched, true, 'Give true or false.'),
  logRetentionDays: defaulted(
    'integer',
    z.int('is not a whole number').refine((days) => retentionDays.includes(days), 'is not a log retention'),
    30,
    `Give one of ${retentionDays.join(', ')}.`,
  ),
};

/** The keys of flavour datazone: a domain of this stack, its projects and its people. */
export const datazoneSettings = {
  projects: required(
    'structured',
    producerProjects,
    'List the projects to make, each a map with name and, if need be, description, environment, members.',
  ),
  signIn: defaulted('string', oneOf(['iam', 'sso']), 'iam', 'Give iam or sso.'),
  administrators: defaulted(
    'structured',
    people,
    nobody,
    'Give a map with a list of principals, or with lists of users and groups.',
  ),
  dataUsers: defaulted(
    'structured',
    dataUsers,
    { producers: nobody, consumers: nobody, stewards: nobody },
    'Give producers, consumers and stewards, each with principals, or with users and groups.',
  ),
};

/** The keys of flavour smus: an adopted domain and who reads it. */
export const smusSettings = {
  domainId: optional(
    'string',
    matching(/^dzd[-_][a-zA-Z0-9_-]{1,36}$/, 'a domain id'),
    'Give the id of the domain to adopt: dzd- or dzd_ and up to 36 letters, digits, _ and -.',
  ),
  domainKmsKeyArn: optional(
    'string',
    matching(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[a-zA-Z0-9-]{36}$/, 'the ARN of a KMS key'),
    'Give the ARN of the key that encrypts the adopted domain, not of an alias.',
  ),
  projects: defaulted(
    'structured',
    allOr(projectId, 'project id'),
    'all',
    'Give all, or the ids of the projects to back up.',
  ),
  excludeProjects: defaulted(
    'structured',
    listOf(projectId),
    [],
    'Give the ids of the projects to leave out.',
  ),
  domainUnits: defaulted(
    'structured',
    allOr(domainUnitId, 'domain unit id'),
    'all',
    'Give all, or the ids of the domain units whose projects to back up.',
  ),
  excludeDomainUnits: defaulted(
    'structured',
    listOf(domainUnitId),
    [],
    'Give the ids of the domain units whose projects to leave out.',
  ),
  captureRoleArn: optional(
    'string',
    role,
    'Give the role that reads the domain, arn:aws:iam::<account>:role/<name>, or leave it out.',
  ),
  captureRoleProfileId: optional(
    'string',
    matching(/^([0-9a-f]{10}-)?[A-Fa-f0-9]{8}(-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}$/, 'a user profile id'),
    'Give the id of the user profile that the domain already has for captureRoleArn.',
  ),
  captureRoleEnrolled: defaulted('boolean', switched, false, 'Give true or false.'),
};

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
}
