/** A JSON value as DataZone's wire carries it: timestamps stay epoch seconds or ISO strings, as they came. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [member: string]: Json;
}
