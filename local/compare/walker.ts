import {
  type DataZoneClient,
  GetDomainCommand,
  paginateListDomainUnitsForParent,
  paginateListEnvironments,
} from '@aws-sdk/client-datazone';
import pMap from 'p-map';
import type { JsonObject } from '../../core/catalog/json-value';
import { RawAnswers } from './raw-answers';

/** A resource as the wire carried it. */
export interface Walked {
  readonly id: string;
  /** Id of the domain, or of the project that it belongs to. */
  readonly scopeId: string;
  readonly record: JsonObject;
}

type Command = Parameters<DataZoneClient['send']>[0];

const concurrency = 16;

/** Walks through a domain with commands and paginators of the plain SDK. */
export class Walker {
  readonly client: DataZoneClient;
  private readonly answers: RawAnswers;
  private readonly lists = new Map<string, Promise<JsonObject[]>>();

  constructor(
    /** The client as it was given: of what it sends, nothing is kept. */
    readonly given: DataZoneClient,
    readonly domainIdentifier: string,
    /** The projects whose resources are walked. */
    readonly projectIds: readonly string[],
  ) {
    this.answers = new RawAnswers(given);
    this.client = this.answers.client;
  }

  /** One command's answer. */
  async answer(command: object): Promise<JsonObject> {
    return this.answers.of(await this.client.send(command as Command));
  }

  /** Everything that a paginator goes through. */
  async items(pages: AsyncIterable<object>, member = 'items'): Promise<JsonObject[]> {
    const found: JsonObject[] = [];
    for await (const page of pages) found.push(...(this.answers.of(page)[member] as JsonObject[]));
    return found;
  }

  /** What is made of each of many things, some at a time. */
  async each<T, R>(things: readonly T[], make: (thing: T) => Promise<readonly R[]>): Promise<R[]> {
    return (await pMap(things, make, { concurrency })).flat();
  }

  /** What is made of each project's resources. */
  inProjects<R>(make: (projectIdentifier: string) => Promise<readonly R[]>): Promise<R[]> {
    return this.each(this.projectIds, make);
  }

  domain(): Promise<JsonObject> {
    return this.once('domain', async () => [
      await this.answer(new GetDomainCommand({ identifier: this.domainIdentifier })),
    ]).then(([domain]) => domain ?? {});
  }

  /** Ids of all domain units, the root first. */
  async unitIds(): Promise<string[]> {
    const units = await this.once('units', async () => {
      const { rootDomainUnitId } = await this.domain();
      const found: JsonObject[] = [{ id: rootDomainUnitId ?? null }];
      for (const { id } of found) {
        const input = { ...this.input, parentDomainUnitIdentifier: String(id) };
        found.push(...(await this.items(paginateListDomainUnitsForParent(this, input))));
      }
      return found;
    });
    return units.map(({ id }) => String(id));
  }

  /** Environments of the walked projects, as they are listed. */
  environments(): Promise<JsonObject[]> {
    return this.once('environments', () =>
      this.inProjects((projectIdentifier) =>
        this.items(paginateListEnvironments(this, { ...this.input, projectIdentifier })),
      ),
    );
  }

  /** Keeps a list that several kinds are walked by. */
  once(name: string, list: () => Promise<JsonObject[]>): Promise<JsonObject[]> {
    const known = this.lists.get(name) ?? list();
    this.lists.set(name, known);
    return known;
  }

  /** A resource of the domain, as its Get gives it. */
  async inDomain(id: unknown, get: object): Promise<Walked[]> {
    return [{ id: String(id), scopeId: this.domainIdentifier, record: await this.answer(get) }];
  }

  /** A resource of a project, as its Get gives it. */
  async inProject(id: unknown, projectId: unknown, get: object): Promise<Walked[]> {
    return [{ id: String(id), scopeId: String(projectId), record: await this.answer(get) }];
  }

  /** Input of most Gets. */
  named(id: unknown): { readonly domainIdentifier: string; readonly identifier: string } {
    return { ...this.input, identifier: String(id) };
  }

  get input(): { readonly domainIdentifier: string } {
    return { domainIdentifier: this.domainIdentifier };
  }
}

/** An id made of several, as the vault writes them. */
export function joined(...ids: readonly unknown[]): string {
  return ids.map((id) => encodeURIComponent(String(id))).join('/');
}
