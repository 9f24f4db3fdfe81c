import type { Caller, RequestedAction, ServiceEmulator, WireRequest, WireResponse } from './wire';

/** A service that stands in several Regions, each knowing nothing of the others: the caller's Region tells which. */
export class PerRegion implements ServiceEmulator {
  readonly service: string;

  constructor(
    private readonly home: ServiceEmulator,
    private readonly elsewhere: ReadonlyMap<string, ServiceEmulator>,
  ) {
    this.service = home.service;
  }

  operation(request: WireRequest): string | undefined {
    return this.home.operation(request);
  }

  requestedActions(request: WireRequest, caller: Caller): readonly RequestedAction[] {
    return this.in(caller).requestedActions(request, caller);
  }

  handle(request: WireRequest, caller: Caller): Promise<WireResponse> {
    return this.in(caller).handle(request, caller);
  }

  fault(name: string, status: number, message: string): WireResponse {
    return this.home.fault(name, status, message);
  }

  private in({ region }: Caller): ServiceEmulator {
    return this.elsewhere.get(region) ?? this.home;
  }
}
