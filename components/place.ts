/** The account and Region of a stack, looked up, so that no ARN is written out. */
export interface Place {
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
}
