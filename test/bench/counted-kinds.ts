import { isList } from '../../core/catalog/json';
import type { JsonObject, Kind } from '../../core/catalog/kind';
import type { DomainSource } from '../../core/catalog/source';

/** What a kind asked of one operation. */
export interface Asked {
  readonly kind: string;
  readonly operation: string;
  readonly calls: number;
  /** The fewest calls that give the same answers: of a list, its items over the largest page. */
  readonly fewest: number;
  /** Calls that confirmed what a list had shown whole. */
  readonly confirming: number;
}

const largestPages: Readonly<Record<string, number>> = {
  ListDomainUnitsForParent: 25,
  ListEntityOwners: 25,
  ListPolicyGrants: 25,
};

/** Everything that one list was asked for, or one resource. */
interface Question {
  calls: number;
  items: number;
}

/** Counts the calls of each kind, and what they would come to at the least. */
export class CallCount {
  private readonly questions = new Map<string, Map<string, Question>>();
  private readonly confirming = new Map<string, number>();
  private readonly listed = new Map<string, Set<string>>();
  private readonly sources = new WeakMap<DomainSource, Map<string, DomainSource>>();

  /** The kind, with its calls counted. */
  count(kind: Kind): Kind {
    const listed = new Set<string>();
    this.listed.set(kind.name, listed);
    return {
      ...kind,
      enumerate: async (source, scopeId, cursor, parent) => {
        const page = await kind.enumerate(this.counted(source, kind.name, false), scopeId, cursor, parent);
        for (const { id } of page.listed ?? []) listed.add(id);
        return page;
      },
      read: (source, id, scopeId) => kind.read(this.counted(source, kind.name, !listed.has(id)), id, scopeId),
    };
  }

  all(): Asked[] {
    return [...this.questions].map(([key, questions]) => {
      const [kind = '', operation = ''] = key.split(' ');
      const page = largestPages[operation] ?? 50;
      const sum = (of: (question: Question) => number) =>
        [...questions.values()].reduce((total, question) => total + of(question), 0);
      return {
        kind,
        operation,
        calls: sum(({ calls }) => calls),
        fewest: sum(({ items }) => Math.max(1, Math.ceil(items / page))),
        confirming: this.confirming.get(key) ?? 0,
      };
    });
  }

  /** One for each source and kind: kinds keep what they know of a source by the source itself. */
  private counted(source: DomainSource, kind: string, confirms: boolean): DomainSource {
    const known = this.sources.get(source) ?? new Map<string, DomainSource>();
    this.sources.set(source, known);
    const name = `${kind} ${confirms}`;
    const counted = known.get(name) ?? {
      domainId: source.domainId,
      call: async (operation: string, input: Readonly<Record<string, unknown>>) => {
        const answer = await source.call(operation, input);
        this.note(`${kind} ${operation}`, input, answer, confirms);
        return answer;
      },
    };
    known.set(name, counted);
    return counted;
  }

  private note(
    key: string,
    { nextToken: _, maxResults: __, ...question }: Readonly<Record<string, unknown>>,
    answer: JsonObject,
    confirms: boolean,
  ): void {
    if (confirms) {
      this.confirming.set(key, (this.confirming.get(key) ?? 0) + 1);
      if (!this.questions.has(key)) this.questions.set(key, new Map());
      return;
    }
    const questions = this.questions.get(key) ?? new Map<string, Question>();
    const text = JSON.stringify(question);
    const before = questions.get(text) ?? { calls: 0, items: 0 };
    const items = answer.items ?? answer.members ?? answer.owners ?? answer.grantList;
    const more = isList(items) ? items.length : 0;
    questions.set(text, { calls: before.calls + 1, items: before.items + more });
    this.questions.set(key, questions);
  }
}
