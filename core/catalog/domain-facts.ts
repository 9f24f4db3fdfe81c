import { requiredText, text } from './json';
import type { DomainVersion } from './kind';
import { type DomainSource, MalformedAnswerError } from './source';

/** What never changes of a domain, and what other kinds need to find their resources. */
export interface DomainFacts {
  readonly version: DomainVersion;
  /** The account that owns the domain: 12 digits. */
  readonly accountId: string;
  readonly rootDomainUnitId: string;
}

const asked = new WeakMap<DomainSource, Promise<DomainFacts>>();

/** Calls GetDomain once for each source. Throws the errors of `source.ts`. */
export function domainFacts(source: DomainSource): Promise<DomainFacts> {
  const known = asked.get(source);
  if (known !== undefined) return known;
  const asking = ask(source);
  asked.set(source, asking);
  asking.catch(() => asked.delete(source));
  return asking;
}

async function ask(source: DomainSource): Promise<DomainFacts> {
  const domain = await source.call('GetDomain', { identifier: source.domainId });
  const accountId = /^arn:[^:]+:datazone:[^:]*:(\d{12}):/.exec(text(domain, 'arn') ?? '')?.[1];
  if (accountId === undefined)
    throw new MalformedAnswerError('GetDomain: no account in the ARN of the domain');
  return {
    // Responses from before SageMaker Unified Studio carry no version.
    version: domain.domainVersion === 'V2' ? 'V2' : 'V1',
    accountId,
    rootDomainUnitId: requiredText(domain, 'rootDomainUnitId'),
  };
}
