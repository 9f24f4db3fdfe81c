/** Name of a restore, by when it was planned and its target. */
export function runIdOf(createdAt: string, targetDomainId: string): string {
  return `${createdAt}-${targetDomainId}`;
}
