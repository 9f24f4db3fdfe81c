/** What `pulumi destroy` does to a stateful resource: fail, leave it in the account, or delete it. */
export type OnDestroy = 'refuse' | 'retain' | 'delete';

export interface DestroyFlags {
  /** Pulumi refuses to destroy it. */
  readonly protect: boolean;
  /** Pulumi forgets it and leaves it where it is. */
  readonly retainOnDelete: boolean;
  /** The service itself refuses to delete it. */
  readonly deletionProtection: boolean;
  /** What it holds is deleted with it. */
  readonly forceDestroy: boolean;
}

/**
 * The flags that stand for a choice. They must be set on every custom resource itself: a component does not
 * reliably hand retainOnDelete to its children.
 */
export function destroyFlags(onDestroy: OnDestroy): DestroyFlags {
  return {
    protect: onDestroy === 'refuse',
    retainOnDelete: onDestroy === 'retain',
    deletionProtection: onDestroy !== 'delete',
    forceDestroy: onDestroy === 'delete',
  };
}
