import type { Call } from './metering';
import { Random } from './random';

/** What goes wrong with a call. */
export type FaultEffect =
  /** The service answers that the rate was exceeded. */
  | { readonly kind: 'throttle' }
  /** The service answers with a 500. */
  | { readonly kind: 'serverError' }
  /** The call is carried out, and its answer never arrives. */
  | { readonly kind: 'lostResponse' }
  /** The call is carried out after a wait, by the gateway's clock. */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** The connection breaks before the call is carried out. */
  | { readonly kind: 'destroyedSocket' }
  /**
   * From the n-th matching call on (counted from 1) the caller dies: `crash` is called, the call is not carried
   * out and gets no answer.
   */
  | { readonly kind: 'crashAt'; readonly call: number; readonly crash: (call: Call) => void };

/** Which calls an effect meets; what is left out matches all. */
export interface FaultRule {
  readonly service?: string;
  readonly operation?: string | RegExp;
  readonly principalArn?: string;
  readonly region?: string;
  readonly effect: FaultEffect;
  /** Share of matching calls that are met, 0 to 1. Default 1. */
  readonly probability?: number;
  /** The rule is spent after it has struck so often. Default: never. */
  readonly times?: number;
}

/**
 * Operations that change IAM: its control plane stands in one Region for all, and those who prepare for the loss of a
 * Region must do without it (https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html).
 */
const changesIam = /^(?!Get|List|Generate|Simulate)/;

interface LiveRule {
  readonly rule: FaultRule;
  matched: number;
  struck: number;
}

/** The faults that are switched on, drawn from a seed so that a run can be had again. */
export class Faults {
  private readonly rules = new Set<LiveRule>();
  private readonly lost = new Set<string>();
  private readonly random: Random;

  constructor(seed = 1) {
    this.random = new Random(seed);
  }

  /** Switches a fault on; the returned function switches it off. */
  add(rule: FaultRule): () => void {
    const live: LiveRule = { rule, matched: 0, struck: 0 };
    this.rules.add(live);
    return () => {
      this.rules.delete(live);
    };
  }

  /**
   * Loses a Region: no service of it answers, its keys can be used from nowhere, and IAM takes no changes. Replication
   * to and from it is the table service's to pause. The returned function brings it back.
   */
  regionOff(region: string): () => void {
    const effect = { kind: 'destroyedSocket' } as const;
    const regionOn = this.add({ region, effect });
    const iamOn = this.add({ service: 'iam', operation: changesIam, effect });
    this.lost.add(region);
    return () => {
      regionOn();
      iamOn();
      this.lost.delete(region);
    };
  }

  get losesAnyRegion(): boolean {
    return this.lost.size > 0;
  }

  isLost(region: string): boolean {
    return this.lost.has(region);
  }

  /** Switches all faults off. */
  clear(): void {
    this.rules.clear();
    this.lost.clear();
  }

  /** What happens to this call, in the order in which the rules were added. */
  draw(call: Call): readonly FaultEffect[] {
    const effects: FaultEffect[] = [];
    for (const live of this.rules) {
      if (!matches(live.rule, call)) continue;
      live.matched += 1;
      const { effect, probability = 1, times = Number.POSITIVE_INFINITY } = live.rule;
      if (live.struck >= times) continue;
      if (effect.kind === 'crashAt' && live.matched < effect.call) continue;
      if (!this.random.chance(probability)) continue;
      live.struck += 1;
      effects.push(effect);
    }
    return effects;
  }
}

function matches(rule: FaultRule, call: Call): boolean {
  return (
    (rule.service ?? call.service) === call.service &&
    isOperation(rule.operation ?? call.operation, call.operation) &&
    (rule.principalArn ?? call.principalArn) === call.principalArn &&
    (rule.region ?? call.region) === call.region
  );
}

function isOperation(wanted: string | RegExp, operation: string): boolean {
  return typeof wanted === 'string' ? wanted === operation : wanted.test(operation);
}
