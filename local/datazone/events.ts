/** An event on the default bus of the domain's account and Region. */
export interface EventBridgeEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: 'aws.datazone';
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: {
    readonly version: string;
    readonly metadata: EventMetadata;
    readonly data: Readonly<Record<string, unknown>>;
  };
}

/** `detail.metadata`, as in the sample of the DataZone user guide. */
export interface EventMetadata {
  readonly domain: string;
  /** Id of the thing that the event is about, its kind, and its revision. */
  readonly id: string;
  readonly typeName: string;
  readonly version?: string;
  /** User profile of who made the call. */
  readonly user: string;
  readonly owningProjectId?: string;
  readonly awsAccountId: string;
}
