// A SAML identity provider for tests, by the library `samlify`.
//
// Started as `node samlify.mjs SP_ENTITY_ID ACS_URL KEY CERTIFICATE`; tells its address on standard output. `GET /metadata`; `GET /sso?SAMLRequest=…`
// answers the form that a browser posts; `POST /shape` says who signs in and what is signed: `{person, sign: "assertion"|"response"|"both", encrypt: certificate, cipher}`.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import samlify from 'samlify';
import validator from '@authenio/samlify-node-xmllint';

samlify.setSchemaValidator(validator);
const [, , audience, acs, keyFile, certificateFile] = process.argv;
const privateKey = readFileSync(keyFile, 'utf8');
const signingCert = readFileSync(certificateFile, 'utf8');
let shape = { person: {}, sign: 'assertion' };

const server = createServer(async (request, response) => {
  try {
    const url = new URL(request.url, address());
    if (url.pathname === '/shape') {
      shape = JSON.parse(await text(request));
      return response.end();
    }
    if (url.pathname === '/metadata') return response.end(provider().getMetadata());
    const query = Object.fromEntries(url.searchParams);
    const asked = query.SAMLRequest ? await provider().parseLoginRequest(service(), 'redirect', { query, octetString: url.search.slice(1).replace(/&Signature=.*/, '') }) : undefined;
    const { context, entityEndpoint } = await answer(asked);
    response.setHeader('content-type', 'text/html');
    response.end(
      `<form method="post" action="${entityEndpoint}"><input name="SAMLResponse" value="${context}">` +
        `<input name="RelayState" value="${escaped(query.RelayState ?? '')}"><button>Go on</button></form>`,
    );
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error));
  }
});

const ciphers = {
  'aes256-cbc': 'http://www.w3.org/2001/04/xmlenc#aes256-cbc',
  'aes256-gcm': 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
};
const address = () => `http://127.0.0.1:${server.address().port}`;
const escaped = (value) => value.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

function provider() {
  return samlify.IdentityProvider({
    entityID: `${address()}/metadata`,
    privateKey,
    signingCert,
    isAssertionEncrypted: Boolean(shape.encrypt),
    wantAuthnRequestsSigned: Boolean(shape.requestSigner),
    requestSignatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    messageSigningOrder: 'sign-then-encrypt',
    dataEncryptionAlgorithm: ciphers[shape.cipher],
    nameIDFormat: ['urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'],
    singleSignOnService: [{ Binding: samlify.Constants.namespace.binding.redirect, Location: `${address()}/sso` }],
    loginResponseTemplate: {
      context: samlify.SamlLib.defaultLoginResponseTemplate.context,
      attributes: ['email', 'first_name', 'last_name', 'groups'].map((name) => ({
        name,
        valueTag: name.replace('_', ''),
        nameFormat: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic',
        valueXsiType: 'xs:string',
      })),
    },
  });
}

function service() {
  return samlify.ServiceProvider({
    entityID: audience,
    wantAssertionsSigned: shape.sign !== 'response',
    wantMessageSigned: shape.sign !== 'assertion',
    authnRequestsSigned: Boolean(shape.requestSigner),
    signingCert: shape.requestSigner,
    encryptCert: shape.encrypt,
    signatureConfig: {
      prefix: 'ds',
      location: { reference: "/*[local-name(.)='Response']/*[local-name(.)='Issuer']", action: 'after' },
    },
    assertionConsumerService: [{ Binding: samlify.Constants.namespace.binding.post, Location: acs }],
  });
}

function answer(asked) {
  const [idp, sp] = [provider(), service()];
  const now = new Date();
  const later = new Date(now.getTime() + 300_000);
  const { person } = shape;
  const filled = (template) => {
    const id = `_${randomUUID()}`;
    const tags = {
      ID: id,
      AssertionID: `_${randomUUID()}`,
      Destination: acs,
      Audience: audience,
      EntityID: audience,
      SubjectRecipient: acs,
      AssertionConsumerServiceURL: acs,
      Issuer: idp.entityMeta.getEntityID(),
      IssueInstant: now.toISOString(),
      StatusCode: 'urn:oasis:names:tc:SAML:2.0:status:Success',
      ConditionsNotBefore: now.toISOString(),
      ConditionsNotOnOrAfter: later.toISOString(),
      SubjectConfirmationDataNotOnOrAfter: later.toISOString(),
      NameIDFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
      NameID: person.email,
      InResponseTo: asked?.extract.request.id ?? '',
      AuthnStatement: `<saml:AuthnStatement AuthnInstant="${now.toISOString()}" SessionIndex="${id}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`,
      attrEmail: person.email,
      attrFirstname: person.first_name,
      attrLastname: person.last_name,
      attrGroups: person.groups,
    };
    return { id, context: samlify.SamlLib.replaceTagsByValue(template, tags) };
  };
  return idp.createLoginResponse(sp, asked ?? {}, 'post', { email: person.email }, filled, Boolean(shape.encrypt));
}

async function text(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

server.listen(0, '127.0.0.1', () => console.log(address()));
