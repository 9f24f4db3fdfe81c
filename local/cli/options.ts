import { InvalidArgumentError, Option } from 'commander';

/** Parser of a whole number within bounds, with an error that says which. */
export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}

/** Parser of the address of something that answers over HTTP. */
export function httpUrl(text: string): string {
  if (/^https?:\/\/[^/]/.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError('Give a URL such as http://127.0.0.1:8000.');
}

export function flavourOption(): Option {
  return new Option('--flavour <flavour>', 'which stack to deploy')
    .choices(['datazone', 'smus'])
    .default('datazone');
}

export function projectsOption(count: number): Option {
  return new Option('--projects <count>', 'projects in the domain').argParser(whole(1, 2000)).default(count);
}

export function assetsOption(count: number): Option {
  return new Option('--assets <count>', 'assets in each project').argParser(whole(0, 100_000)).default(count);
}

export function seedOption(): Option {
  return new Option('--seed <number>', 'what everything random is drawn from')
    .argParser(whole(0, 2 ** 31 - 1))
    .default(1);
}
