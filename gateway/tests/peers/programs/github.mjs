// An OAuth2 server shaped as GitHub's, for tests: no ID token, addresses from a list of their own.
//
// Started as `node github.mjs`; tells its address on standard output. `POST /people` says who there is, by login.
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';

const codes = new Map();
const tokens = new Map();
let people = {};

const server = createServer(async (request, response) => {
  const url = new URL(request.url, address());
  const json = (status, value) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(value));
  };
  if (url.pathname === '/people') {
    people = JSON.parse(await text(request));
    return json(200, {});
  }
  if (url.pathname === '/login/oauth/authorize') {
    const code = randomUUID();
    const asked = Object.fromEntries(url.searchParams);
    codes.set(code, asked);
    const back = new URL(asked.redirect_uri);
    back.searchParams.set('code', code);
    back.searchParams.set('state', asked.state);
    response.writeHead(302, { location: back.href });
    return response.end();
  }
  if (url.pathname === '/login/oauth/access_token') {
    const form = new URLSearchParams(await text(request));
    const asked = codes.get(form.get('code'));
    codes.delete(form.get('code'));
    const basic = /^Basic (.*)$/.exec(request.headers.authorization ?? '')?.[1];
    const [id, secret] = basic ? Buffer.from(basic, 'base64').toString().split(':') : [form.get('client_id'), form.get('client_secret')];
    // as GitHub does, a failure is told with status 200
    if (!asked || id !== asked.client_id || secret !== `secret-of-${id}`) return json(200, { error: 'bad_verification_code' });
    if (asked.redirect_uri !== form.get('redirect_uri')) return json(200, { error: 'redirect_uri_mismatch' });
    const token = randomUUID();
    tokens.set(token, asked.login ?? asked.login_hint ?? Object.keys(people)[0]);
    return json(200, { access_token: token, token_type: 'bearer', scope: asked.scope });
  }
  const login = tokens.get((request.headers.authorization ?? '').split(' ')[1]);
  const person = people[login];
  if (!person) return json(401, { message: 'Bad credentials' });
  if (url.pathname === '/user') return json(200, { login, id: person.id, name: person.name, email: person.public ?? null });
  if (url.pathname === '/user/emails') return json(200, person.emails);
  return json(404, { message: 'Not Found' });
});

const address = () => `http://127.0.0.1:${server.address().port}`;

async function text(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

server.listen(0, '127.0.0.1', () => console.log(address()));
