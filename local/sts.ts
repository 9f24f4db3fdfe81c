import type { Identities } from './identities';
import { signatureScope } from './signature';
import type { ServiceEmulator, WireRequest, WireResponse } from './wire';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** STS with the one operation that clients of the local cloud need: GetCallerIdentity (query protocol, XML). */
export class StsService implements ServiceEmulator {
  readonly service = 'sts';

  constructor(private readonly identities: Identities) {}

  operation(request: WireRequest): string | undefined {
    const query =
      request.method === 'GET' ? (request.url.split('?')[1] ?? '') : request.body.toString('utf8');
    return new URLSearchParams(query).get('Action') ?? undefined;
  }

  /** None: AWS answers GetCallerIdentity to everyone, even against an explicit deny. */
  requestedActions(): readonly [] {
    return [];
  }

  async handle(request: WireRequest): Promise<WireResponse> {
    const operation = this.operation(request);
    const identity = this.identities.find(signatureScope(request.headers.authorization)?.accessKeyId ?? '');
    if (operation !== 'GetCallerIdentity') {
      return this.fault(
        'InvalidAction',
        400,
        `The local cloud's STS has no operation ${operation ?? 'of no name'}`,
      );
    }
    if (!identity) return this.fault('InvalidClientTokenId', 403, 'The security token is invalid.');
    return xml(
      200,
      `<GetCallerIdentityResponse xmlns="${NAMESPACE}"><GetCallerIdentityResult>` +
        `<Arn>${escapeXml(identity.userArn)}</Arn><UserId>${escapeXml(identity.userId)}</UserId>` +
        `<Account>${this.identities.accountId}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
    );
  }

  /** STS has a name of its own for a key that nobody has. */
  fault(name: string, status: number, message: string): WireResponse {
    const code = name === 'UnrecognizedClientException' ? 'InvalidClientTokenId' : name;
    const type = status < 500 ? 'Sender' : 'Receiver';
    return xml(
      status,
      `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>${type}</Type><Code>${escapeXml(code)}</Code>` +
        `<Message>${escapeXml(message)}</Message></Error></ErrorResponse>`,
    );
  }
}

function xml(status: number, body: string): WireResponse {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
