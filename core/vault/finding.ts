import type { Key } from './keys';

/** What can be wrong with a vault. */
export type Problem =
  /** An item does not match its `check`, or lacks what its format asks for. */
  | 'corrupt'
  /** An item says that it is another one than its key says. */
  | 'misplaced'
  /** The content of a version, its parts joined, does not match its hash. */
  | 'payload'
  /** A head, or a version by its `previous`, names a version that is not there. */
  | 'missing version'
  /** A version names a part that is not there. */
  | 'missing part'
  /** A version stands without a head: its head is lost, or its writer died before it put one. */
  | 'missing head'
  /** A head stands in a scope that is not registered: no reader finds it. */
  | 'missing scope'
  /** A head says otherwise than the version that it names. */
  | 'head differs'
  /** A manifest that its successor names, or that proofs, pins, decisions or counts are of, is not there. */
  | 'missing manifest'
  /**
   * What a manifest or a restore keeps beside it, the outcome of a restore in the id map, or what a mark is of, or the
   * mark, is not there.
   */
  | 'missing record'
  /** A part stands without its version, or a page of a plan without the plan: its writer died in between. Rubbish, not damage. */
  | 'stray part'
  /** The vault at a snapshot's cut has another count than the manifest says. */
  | 'count differs'
  /** The vault at a snapshot's cut has another digest than the manifest says. */
  | 'digest differs'
  /** A proof says otherwise than the manifest that it is about. */
  | 'proof differs';

export interface Finding {
  readonly problem: Problem;
  /** The item at fault. */
  readonly key: Key;
  /** One sentence for people. */
  readonly text: string;
}

/** Findings of one problem that are kept whole; of more, only the number. */
const mostOfOne = 100;

/** What is found, in bounded memory: the number of each problem, and the first hundred of each. */
export class FindingList {
  private readonly numbers = new Map<Problem, number>();
  private readonly kept: Finding[] = [];

  add(finding: Finding): void {
    const number = (this.numbers.get(finding.problem) ?? 0) + 1;
    this.numbers.set(finding.problem, number);
    if (number <= mostOfOne) this.kept.push(finding);
  }

  /** How many there are of each problem that there is. */
  get counts(): Readonly<Partial<Record<Problem, number>>> {
    return Object.fromEntries(this.numbers);
  }

  get first(): readonly Finding[] {
    return this.kept;
  }

  /** True where nothing is damaged: rubbish that a dead writer left is no damage. */
  get sound(): boolean {
    return [...this.numbers.keys()].every((problem) => problem === 'stray part');
  }
}
