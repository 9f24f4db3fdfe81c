import type { Between, ServiceCall } from '../../support/in-process-clients';

/** A domain that says of healthy resources that they are gone, as long as it is told to. */
export class SickSource {
  /** Ids that searches leave out and that a Get does not find. */
  readonly hidden = new Set<string>();
  /** Operations that are refused. */
  readonly denied = new Set<string>();

  decorate(_operation: string, output: Record<string, unknown>): Record<string, unknown> {
    if (this.hidden.size === 0 || !Array.isArray(output.items)) return output;
    const items = output.items.filter((item) => !this.isHidden(item));
    const { totalMatchCount } = output;
    const gone = output.items.length - items.length;
    return typeof totalMatchCount === 'number'
      ? { ...output, items, totalMatchCount: totalMatchCount - gone }
      : { ...output, items };
  }

  readonly between: Between = async <T>(call: ServiceCall<T>): Promise<T> => {
    const answer = await call.answer();
    if (call.service !== 'datazone') return answer;
    if (this.denied.has(call.operation)) return refusal('AccessDeniedException', 403) as T;
    if (!/^Get/.test(call.operation)) return answer;
    const body: unknown = JSON.parse(String((answer as { body?: unknown }).body ?? '{}'));
    return this.isHidden(body) ? (refusal('ResourceNotFoundException', 404) as T) : answer;
  };

  private isHidden(item: unknown): boolean {
    const { id, assetItem } = Object(item) as { id?: unknown; assetItem?: { identifier?: unknown } };
    return [id, assetItem?.identifier].some((one) => typeof one === 'string' && this.hidden.has(one));
  }
}

function refusal(name: string, status: number): unknown {
  const headers = { 'content-type': 'application/json', 'x-amzn-errortype': name };
  return { status, headers, body: JSON.stringify({ __type: name, message: 'not there' }) };
}
