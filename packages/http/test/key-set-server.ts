/** An issuer for tests: keys, tokens signed with them, and the key set on a real socket that can fail in every way. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import type { Test } from 'tap';

export const ISSUER = 'https://issuer.example/';
export const AUDIENCE = 'https://ledgerline.example';

/** undefined takes a usual claim out. */
type Claims = { readonly [Name in keyof JWTPayload]: JWTPayload[Name] | undefined };

export type TestKey = {
  readonly jwk: JWK;
  /** PEM of the public half. */
  readonly spki: string;
  /** A token of this key: for `desk`, with scope `read`, for an hour, unless said otherwise. */
  token(claims?: Claims, header?: { readonly kid?: string | undefined }): Promise<string>;
};

export type KeySetServer = {
  readonly url: string;
  /** What it answers with. */
  keys: JWK[];
  /** `hang` never answers, `broken` answers with no key set. */
  mood: 'well' | 'hang' | 'broken' | 'failing';
  readonly fetched: number;
};

export async function createTestKey(kid: string, alg = 'ES256'): Promise<TestKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return {
    jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' },
    spki: await exportSPKI(publicKey),
    async token(claims = {}, header = { kid }) {
      const now = Math.floor(Date.now() / 1_000);
      const usual = { iss: ISSUER, aud: AUDIENCE, sub: 'desk', scope: 'openid read', iat: now, exp: now + 3_600 };
      const { kid: named } = header;
      return await new SignJWT(withoutUndefined({ ...usual, ...claims }))
        .setProtectedHeader({ alg, ...(named !== undefined && { kid: named }) })
        .sign(privateKey);
    },
  };
}

const withoutUndefined = (claims: Claims): JWTPayload =>
  Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));

export async function startKeySetServer(t: Test, keys: JWK[]): Promise<KeySetServer> {
  let fetched = 0;
  const state = { keys, mood: 'well' as KeySetServer['mood'] };
  const server = createServer((_request, response) => {
    fetched += 1;
    if (state.mood === 'hang') return;
    response.statusCode = state.mood === 'failing' ? 500 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(state.mood === 'broken' ? '<html>' : JSON.stringify({ keys: state.keys }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.defineProperties(state as typeof state & { url: string; fetched: number }, {
    url: { value: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks` },
    fetched: { get: () => fetched },
  });
}
