/** What a SigV4 authorization header says about its sender. The signature itself is not verified: anyone who can reach the simulator may sign. */

export type SignatureScope = { accessKeyId: string; region: string; signingName: string };

/** Reads the credential scope of `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, …`; undefined for anything else. */
export function parseSignatureScope(authorization: string | undefined): SignatureScope | undefined {
  const match = /^AWS4-HMAC-SHA256 +Credential=([^/,\s]+)\/\d{8}\/([^/,\s]+)\/([^/,\s]+)\/aws4_request\b/.exec(authorization ?? '');
  const [, accessKeyId, region, signingName] = match ?? [];
  if (accessKeyId === undefined || region === undefined || signingName === undefined) return undefined;
  return { accessKeyId, region, signingName };
}
