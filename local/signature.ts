/** The credential scope of a SigV4 signature: who signs, for which Region and service. */
export interface SignatureScope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/**
 * Reads `Authorization: AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-west-1/dynamodb/aws4_request, ...`.
 * The signature itself is not checked: a local cloud has no secret worth guarding. Undefined if the header is
 * absent or malformed.
 */
export function signatureScope(authorization: string | undefined): SignatureScope | undefined {
  const scope =
    /^AWS4-HMAC-SHA256 .*?Credential=([^/,\s]+)\/\d{8}\/([^/,\s]+)\/([^/,\s]+)\/aws4_request/.exec(
      authorization ?? '',
    );
  const [, accessKeyId, region, service] = scope ?? [];
  return accessKeyId && region && service ? { accessKeyId, region, service } : undefined;
}
