// An OpenID provider for tests, by the library `oidc-provider`: signs in whoever `login_hint` names, without asking, and misbehaves when told to.
//
// Started as `node oidc.mjs`; tells its issuer on standard output. `POST /people` says who there is; `POST /fault` what goes wrong from now on.
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import { Provider } from 'oidc-provider';
import * as jose from 'jose';

const server = createServer();
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const issuer = `http://127.0.0.1:${server.address().port}`;

let people = {};
let fault = {};
let keys = [await key('RS256')];
let provider;

async function key(alg) {
  const { privateKey } = await jose.generateKeyPair(alg, { extractable: true });
  return { ...(await jose.exportJWK(privateKey)), kid: randomUUID(), alg, use: 'sig' };
}

// A client is registered as its address says, so that a test needs no more than an id and a secret.
function clients() {
  const redirect_uris = (process.env.REDIRECT_URIS ?? '').split(' ').filter(Boolean);
  const client = (client_id, token_endpoint_auth_method) => ({
    client_id,
    client_secret: `secret-of-${client_id}`,
    redirect_uris,
    token_endpoint_auth_method,
    id_token_signed_response_alg: keys[0].alg,
    post_logout_redirect_uris: [],
  });
  return [client('basic', 'client_secret_basic'), client('post', 'client_secret_post')];
}

function begin() {
  provider = new Provider(issuer, {
    clients: clients(),
    jwks: { keys },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...people[sub] }) }),
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'given_name', 'family_name', 'groups', 'tid'] },
    conformIdTokenClaims: false,
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256'] },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    pkce: { required: () => true },
    cookies: { keys: ['only for tests'] },
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 600, Session: 600, Grant: 600 },
  });
  provider.use(async (context, next) => {
    await next();
    if (context.oidc?.route === 'token' && context.body?.id_token) {
      context.body = { ...context.body, id_token: await bent(context.body.id_token) };
    }
    if (context.oidc?.route === 'discovery' && fault.issuer) context.body = { ...context.body, issuer: fault.issuer };
  });
}

// The token with what is wrong with it, signed by the key that the service knows, so that nothing else is wrong.
async function bent(token) {
  if (!fault.claims && !fault.sign) return token;
  const claims = { ...jose.decodeJwt(token), ...fault.claims };
  if (fault.sign === 'none') return new jose.UnsecuredJWT(claims).encode();
  if (fault.sign === 'HS256') {
    // the public key as the secret of an HMAC
    const secret = new TextEncoder().encode(JSON.stringify({ kty: keys[0].kty, n: keys[0].n, e: keys[0].e }));
    return new jose.SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: keys[0].kid }).sign(secret);
  }
  const signer = fault.sign === 'stranger' ? { ...(await key(keys[0].alg)), kid: keys[0].kid } : keys[0];
  return new jose.SignJWT(claims)
    .setProtectedHeader({ alg: signer.alg, kid: signer.kid })
    .sign(await jose.importJWK(signer, signer.alg));
}

async function interact(request, response) {
  const { prompt, params } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') {
    return provider.interactionFinished(request, response, { login: { accountId: fault.subject ?? params.login_hint } });
  }
  const { session } = await provider.interactionDetails(request, response);
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
}

async function told(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return JSON.parse(Buffer.concat(pieces).toString() || '{}');
}

server.on('request', async (request, response) => {
  try {
    const path = new URL(request.url, issuer).pathname;
    if (path.startsWith('/interaction/')) return await interact(request, response);
    if (request.method === 'POST' && path === '/people') {
      people = await told(request);
      return response.end();
    }
    if (request.method === 'POST' && path === '/fault') {
      fault = await told(request);
      if (fault.rotate) {
        keys = [await key(fault.rotate)];
        begin();
      }
      return response.end();
    }
    return provider.callback()(request, response);
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error));
  }
});

begin();
console.log(issuer);
