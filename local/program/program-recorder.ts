import { runtime } from '@pulumi/pulumi';
import { isUnknown } from '@pulumi/pulumi/output';
import type { InvokeResponse } from '@pulumi/pulumi/proto/provider_pb';
import type {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  RegisterResourceResponse,
  ResourceInvokeRequest,
} from '@pulumi/pulumi/proto/resource_pb';
import { MockMonitor } from '@pulumi/pulumi/runtime/mocks';
import type { Failures } from './failures';
import type { CapturedResource, ProgramProvider } from './graph';

type Answer<Response> = (error: Error | null, response?: Response) => void;

const stackType = 'pulumi:pulumi:Stack';

/**
 * Stands where the engine's resource monitor stands: hands each registration to the provider and keeps what
 * the program said of it. Pulumi's mocks pass on only type, name and inputs, so the requests themselves are read.
 */
export class ProgramRecorder {
  readonly resources: CapturedResource[] = [];
  outputs: Readonly<Record<string, unknown>> = {};

  constructor(
    private readonly provider: ProgramProvider,
    private readonly preview: boolean,
    private readonly failures: Failures,
  ) {}

  /** Takes the place of the monitor's own methods, which keep neither parent nor options. */
  attach(monitor: object | undefined): void {
    Object.assign(monitor ?? {}, {
      registerResource: this.registerResource,
      registerResourceOutputs: this.registerResourceOutputs,
      invoke: this.invoke,
    });
  }

  private readonly registerResource = (
    request: RegisterResourceRequest,
    answer: Answer<RegisterResourceResponse>,
  ): Promise<void> => {
    const [type, name, custom] = [request.getType(), request.getName(), request.getCustom()];
    const create = async (raw: object) => {
      const inputs = unwrap(raw) as Record<string, unknown>;
      // A preview configures providers too: look-ups go through them.
      const creates = custom && (!this.preview || type.startsWith('pulumi:providers:'));
      const created = creates ? await this.provider.create({ type, name, inputs }) : nothing;
      this.record(request, inputs, created);
      return { id: created.id, state: { ...raw, ...created.state } };
    };
    return this.encoder(create).registerResource(request, (error, response?: RegisterResourceResponse) => {
      response?.setUrn(urnOf(request));
      answer(error, response);
    });
  };

  private readonly registerResourceOutputs = (
    request: RegisterResourceOutputsRequest,
    answer: Answer<object>,
  ): void => {
    const outputs = request.getOutputs();
    if (request.getUrn().split('::')[2] === stackType && outputs !== undefined) {
      this.outputs = unwrap(runtime.deserializeProperties(outputs)) as Record<string, unknown>;
    }
    answer(null, {});
  };

  private readonly invoke = (request: ResourceInvokeRequest, answer: Answer<InvokeResponse>): Promise<void> =>
    this.encoder(() => nothing).invoke(request, answer);

  private record(
    request: RegisterResourceRequest,
    inputs: Record<string, unknown>,
    created: { readonly id: string; readonly state: Record<string, unknown> },
  ): void {
    this.resources.push({
      urn: urnOf(request),
      type: request.getType(),
      name: request.getName(),
      custom: request.getCustom(),
      inputs,
      id: created.id,
      state: { ...inputs, ...created.state },
      parent: request.getParent() || undefined,
      dependencies: [...request.getDependenciesList()].sort(),
      protect: request.getProtect() ?? false,
      retainOnDelete: request.getRetainondelete() ?? false,
      provider: providerUrn(request.getProvider()),
      ignoreChanges: request.getIgnorechangesList(),
    });
  }

  /** A mock monitor of the request's own does the protocol's encoding and knows whose registration it is. */
  private encoder(
    create: (inputs: object) => { id: string; state: object } | Promise<{ id: string; state: object }>,
  ): MockMonitor {
    return new MockMonitor({
      newResource: ({ inputs }) =>
        this.whileSound(async () => create(inputs)).catch((error) => {
          this.failures.add(error);
          return standstill;
        }),
      // A look-up that fails is the program's to explain.
      call: ({ token, inputs }) =>
        this.whileSound(() => this.provider.invoke(token, unwrap(inputs) as Record<string, unknown>)),
    });
  }

  /** After a failure nothing is answered any more: the program stands still, as if its process had ended. */
  private whileSound<T>(work: () => Promise<T>): Promise<T> {
    return this.failures.none ? work() : standstill;
  }
}

const nothing = { id: '', state: {} };
const standstill = new Promise<never>(() => undefined);

/** Takes secrets out of their wrapping, and leaves out what a preview does not know yet. */
function unwrap(value: unknown): unknown {
  if (runtime.isRpcSecret(value)) return unwrap(runtime.unwrapRpcSecret(value));
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value;
  }
  const known = Object.entries(value).filter(([, member]) => !isUnknown(member));
  return Object.fromEntries(known.map(([key, member]) => [key, unwrap(member)]));
}

/** The engine's own form: types of all ancestors but the stack, then the name. */
function urnOf(request: RegisterResourceRequest): string {
  const parent = request.getParent();
  const qualified = parent === '' ? stackType : (parent.split('::')[2] ?? stackType);
  const type = qualified === stackType ? request.getType() : `${qualified}$${request.getType()}`;
  return `urn:pulumi:${runtime.getStack()}::${runtime.getProject()}::${type}::${request.getName()}`;
}

/** A provider reference is `<urn>::<id>`. */
function providerUrn(reference: string): string | undefined {
  return reference === '' ? undefined : reference.split('::').slice(0, 4).join('::');
}
