import assert from 'node:assert/strict';
import { ComputedProvider } from '../../local/program/computed-provider';
import type { ProgramProvider } from '../../local/program/graph';
import { runProgram } from '../../local/program/run-program';

interface Account {
  /** What an earlier `up` wrote, by Region. */
  readonly parameters?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly callerRoleArn?: string;
  readonly domainVersion?: 'V1' | 'V2' | undefined;
}

/** Runs a preview on such an account. */
async function preview(
  stack: 'datazone' | 'smus',
  account: Account,
  config: Record<string, unknown> = {},
): Promise<{ error: Error | undefined }> {
  const computed = new ComputedProvider(
    'domainVersion' in account ? { domainVersion: () => account.domainVersion } : {},
  );
  const provider: ProgramProvider = {
    create: (registration) => computed.create(registration),
    invoke: async (token, args) => {
      const answer = await computed.invoke(token, args);
      const { path, region } = args;
      if (token.endsWith('getSessionContext') && account.callerRoleArn !== undefined) {
        return { ...answer, issuerArn: account.callerRoleArn };
      }
      if (!token.endsWith('getParametersByPath')) return answer;
      const found = Object.entries(account.parameters?.[String(region)] ?? {}).filter(([name]) =>
        name.startsWith(`${String(path)}/`),
      );
      return { ...answer, names: found.map(([name]) => name), values: found.map(([, value]) => value) };
    },
  };
  const error = await runProgram({ stack, config, provider, preview: true }).then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  return { error };
}

const name = '/datazone-resilience/datazone/first-deployment';
const first = {
  primaryRegion: 'eu-central-1',
  secondaryRegion: 'eu-west-1',
  flavour: 'datazone',
  domainName: 'Retail',
};
const pinnedIn = (...regions: string[]) =>
  Object.fromEntries(regions.map((region) => [region, { [name]: JSON.stringify(first) }]));
const deployed = { parameters: pinnedIn('eu-central-1', 'eu-west-1') };

describe('a preview', () => {
  it('passes when nothing moved since the first up', async () => {
    assert.equal((await preview('datazone', deployed)).error, undefined);
  });

  it('refuses to swap the Regions of a deployed stack', async () => {
    const swapped = { primaryRegion: 'eu-west-1', secondaryRegion: 'eu-central-1' };

    const { error } = await preview('datazone', deployed, swapped);

    assert.equal(error?.name, 'PinError');
    assert.match(
      error.message,
      /^primaryRegion: "eu-west-1" was "eu-central-1" at the first up\. Change it back/,
    );
    assert.match(error.message, /\nsecondaryRegion: "eu-central-1" was "eu-west-1" at the first up/);
  });

  it('refuses a new secondary Region even while the old one is lost', async () => {
    const primaryAlone = { parameters: pinnedIn('eu-central-1') };

    const { error } = await preview('datazone', primaryAlone, { secondaryRegion: 'eu-north-1' });

    assert.match(error?.message ?? '', /^secondaryRegion: "eu-north-1" was "eu-west-1"[^\n]*$/);
  });

  it('refuses a new name of a domain that is to stay, since it would replace the domain', async () => {
    const { error } = await preview('datazone', deployed, { domainName: 'Wholesale' });

    assert.match(
      error?.message ?? '',
      /^domainName: "Wholesale" was "Retail" at .* or set domainOnDestroy to delete\.$/,
    );
  });

  it('refuses another kind of domain in the place of one that is to stay', async () => {
    const shell = { projects: 'all', administrators: undefined, dataUsers: undefined, flavour: 'smus' };

    const { error } = await preview('datazone', deployed, shell);

    assert.match(
      error?.message ?? '',
      /^flavour: "smus" was "datazone" at the first up\. It would replace the domain/,
    );
  });

  it('allows a new name of a domain that may be deleted', async () => {
    const config = { domainName: 'Wholesale', domainOnDestroy: 'delete' };

    assert.equal((await preview('datazone', deployed, config)).error, undefined);
  });

  it('stops when the caller is another role than the deploy role', async () => {
    const callerRoleArn = 'arn:aws:iam::123456789012:role/somebody';

    const { error } = await preview('datazone', { callerRoleArn });

    assert.equal(error?.name, 'CallerError');
    assert.match(error.message, /runs as arn:aws:iam::123456789012:role\/somebody, not as deployRoleArn/);
  });

  it('names a domain that it can not adopt because there is none', async () => {
    const { error } = await preview('smus', { domainVersion: undefined });

    assert.equal(error?.name, 'AdoptionError');
    assert.match(
      error.message,
      /^Domain dzd-4kfdl2mqs8x0ab in eu-central-1 can not be adopted: it was not found/,
    );
    assert.match(error.message, /Check domainId and primaryRegion/);
  });

  it('names the version of a domain that it can not adopt because it is not V2', async () => {
    const { error } = await preview('smus', { domainVersion: 'V1' });

    assert.match(
      error?.message ?? '',
      /Domain dzd-4kfdl2mqs8x0ab .*it is V1, not V2\. Give the id of a V2 domain/,
    );
  });

  it('prints every mistake in the configuration', async () => {
    const { error } = await preview(
      'smus',
      {},
      {
        secondaryRegion: 'eu-central-1',
        backupIntervalMinutes: 5,
        deployRoleArn: 'deploy',
        domainId: 'dzd',
        backupIntervall: 60,
      },
    );

    assert.equal(error?.name, 'ConfigError');
    assert.equal(error.message.match(/^- /gm)?.length, 5);
  });
});
