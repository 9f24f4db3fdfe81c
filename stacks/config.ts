import { datazoneProblems, drillProblems, kindProblems, regionProblems, smusProblems } from './config-checks';
import { readSetting, type Setting, show } from './setting';
import { commonSettings, datazoneSettings, smusSettings } from './settings';

type Values<Table> = {
  readonly [Key in keyof Table]: Table[Key] extends Setting<infer Value> ? Value : never;
};

export type CommonConfig = Omit<Values<typeof commonSettings>, 'flavour'>;
/** A V1 domain made and owned by the stack. */
export type DatazoneConfig = CommonConfig &
  Values<typeof datazoneSettings> & { readonly flavour: 'datazone'; readonly domainName: string };
/** A V2 domain: adopted if `domainId` is there, else a shell called `domainName`. */
export type SmusConfig = CommonConfig & Values<typeof smusSettings> & { readonly flavour: 'smus' };
/** The validated configuration of a stack, defaults applied. */
export type Config = DatazoneConfig | SmusConfig;

/** A configuration without the keys that could not be read; a key that is absent has the value undefined. */
export type Draft<Value> = { readonly [Key in keyof Value]?: Value[Key] | undefined };

/** The configuration cannot be deployed; `problems` has a line for each mistake: key, value, remedy. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(
      [`The configuration has ${problems.length} problem(s):`, ...problems.map((line) => `- ${line}`)].join(
        '\n',
      ),
    );
  }
}

/**
 * Reads the keys of `project` (`<project>:<key>`, values as text or JSON text, as the CLI passes them).
 *
 * @throws ConfigError with all mistakes at once.
 */
export function readConfig(project: string, raw: Readonly<Record<string, string>>): Config {
  const problems: string[] = [];
  const own = new Map(
    Object.entries(raw).flatMap(([key, text]) =>
      key.startsWith(`${project}:`) ? [[key.slice(project.length + 1), text] as const] : [],
    ),
  );
  const read = <Table extends Record<string, Setting<unknown>>>(table: Table): Draft<Values<Table>> => {
    const entries = Object.entries(table).flatMap(([key, setting]) => {
      const reading = readSetting(key, setting, own.get(key));
      if ('value' in reading) return [[key, reading.value]];
      problems.push(...reading.problems);
      return [];
    });
    return Object.fromEntries(entries) as Draft<Values<Table>>;
  };

  const common = read(commonSettings);
  const { flavour } = common;
  problems.push(...strangers(raw, own, flavour));
  problems.push(...regionProblems(common), ...drillProblems(common));
  // Without a problem every key was read, so that a draft is a configuration.
  if (flavour === 'datazone') {
    const config = { ...common, ...read(datazoneSettings), flavour };
    problems.push(...kindProblems(config, 'V1'), ...datazoneProblems(config));
    if (problems.length === 0) return config as DatazoneConfig;
  } else if (flavour === 'smus') {
    const config = { ...common, ...read(smusSettings), flavour };
    problems.push(...kindProblems(config, 'V2'), ...smusProblems(config));
    if (problems.length === 0) return config as SmusConfig;
  }
  throw new ConfigError(problems);
}

/** Keys that nothing reads: misspelt, of the other flavour, or of a provider that takes no configuration. */
function strangers(
  raw: Readonly<Record<string, string>>,
  own: ReadonlyMap<string, string>,
  flavour: Config['flavour'] | undefined,
): string[] {
  const tables: Record<string, Record<string, Setting<unknown>>> = {
    datazone: datazoneSettings,
    smus: smusSettings,
  };
  const problems: string[] = [];
  for (const [key, text] of own) {
    if (key in commonSettings || (flavour !== undefined && key in (tables[flavour] ?? {}))) continue;
    const owner = Object.entries(tables).find(([, table]) => key in table);
    if (owner === undefined) {
      problems.push(
        `${key}: ${show(text)} is given, but there is no such key. Correct its name or remove it.`,
      );
    } else if (flavour !== undefined && text !== '' && text !== String(owner[1][key]?.fallback)) {
      problems.push(`${key}: ${show(text)} is given, but only flavour ${owner[0]} reads it. Remove it.`);
    }
  }
  for (const key of Object.keys(raw).filter((name) => /^aws(-native)?:/.test(name))) {
    problems.push(
      `${key}: ${show(raw[key])} is given, but the program makes its own providers. Remove it and set primaryRegion, deployRoleArn or tags.`,
    );
  }
  return problems;
}
