// The products application's contract over plain HTTP: every call, every error, every header.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGatehouse } from '../support/gatehouse.mjs';
import { authorize, postJson, signInEverybody } from '../support/sign_in.mjs';

let gatehouse;
let people;
let proxy;
let crud;

before(async () => {
  gatehouse = await startGatehouse();
  ({ ProxyApiUrl: proxy, CrudApiUrl: crud } = gatehouse.outputs);
  people = await signInEverybody(gatehouse);
});
after(() => gatehouse?.stop());

async function call(method, url, { token, body, headers = {} } = {}) {
  const response = await fetch(url, {
    method,
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  let parsed;
  try { parsed = JSON.parse(text); } catch { parsed = undefined; }
  return { status: response.status, headers: response.headers, text, body: parsed };
}
const asAdmin = (method, path, options = {}) => call(method, proxy + path, { token: people.admin.access_token, ...options });
const asUser = (method, path, options = {}) => call(method, proxy + path, { token: people.user.access_token, ...options });
const tamper = (token) => token.slice(0, -6) + (token.endsWith('AAAAAA') ? 'BBBBBB' : 'AAAAAA');

function assertCors(answer, what) {
  assert.equal(answer.headers.get('access-control-allow-origin'), gatehouse.site, `${what}: Access-Control-Allow-Origin`);
  assert.match(answer.headers.get('vary') ?? '', /origin/i, `${what}: Vary`);
}

test('a product lives through create, read, update, list and delete', async () => {
  const lamp = { productId: 'lamp_1-A', productName: 'Lämp 😀', description: '' };
  const made = await asAdmin('POST', '/products', { body: lamp });
  assert.equal(made.status, 201, made.text);
  assert.deepEqual(made.body, lamp);
  const location = made.headers.get('location');
  assert.ok(location.endsWith('/products/lamp_1-A'), location);
  assert.ok(!new URL(location, `${proxy}/products`).toString().startsWith(crud), 'the CRUD API does not show');
  assert.equal((await call('GET', new URL(location, `${proxy}/products`), { token: people.user.access_token })).status, 200);

  assert.deepEqual((await asUser('GET', '/products/lamp_1-A')).body, lamp);
  assert.equal((await asAdmin('POST', '/products', { body: lamp })).status, 409);
  const changed = await asAdmin('PUT', '/products/lamp_1-A', { body: { productName: 'Lamp', description: 'd' } });
  assert.equal(changed.status, 200, changed.text);
  assert.deepEqual(changed.body, { productId: 'lamp_1-A', productName: 'Lamp', description: 'd' });
  const gone = await asAdmin('DELETE', '/products/lamp_1-A');
  assert.equal(gone.status, 204);
  assert.equal(gone.text, '');
  for (const answer of [await asAdmin('DELETE', '/products/lamp_1-A'), await asUser('GET', '/products/lamp_1-A'),
    await asAdmin('PUT', '/products/lamp_1-A', { body: { productName: 'x', description: '' } }), await asUser('GET', '/products/not%20valid')]) {
    assert.equal(answer.status, 404, answer.text);
    assert.equal(typeof answer.body.message, 'string');
    assertCors(answer, '404');
  }
});

test('an invalid product is refused with every fault at once', async () => {
  const cases = [
    [{}, ['productId', 'productName', 'description']],
    [{ productId: 'a b', productName: ' \t', description: 'x'.repeat(2001) }, ['productId', 'productName', 'description']],
    [{ productId: 'x'.repeat(65), productName: '😀'.repeat(201), description: '' }, ['productId', 'productName']],
    [{ productId: 1, productName: null, description: [] }, ['productId', 'productName', 'description']],
    [{ productId: 'ok', productName: 'ok', description: '', price: 1 }, ['price']],
    [{ productId: 'ok', productName: 'a\u0000b', description: '' }, ['productName']],
    ['{"productId":"ok","productName":"a","productName":"b","description":""}', ['productName']],
  ];
  for (const [body, fields] of cases) {
    const answer = await asAdmin('POST', '/products', { body });
    assert.equal(answer.status, 400, `${JSON.stringify(body)}: ${answer.text}`);
    assert.equal(answer.body.message, 'Invalid product');
    assert.deepEqual(answer.body.errors.map((error) => error.field).sort(), fields.sort(), answer.text);
    for (const error of answer.body.errors) assert.equal(typeof error.problem, 'string');
    assertCors(answer, '400');
  }
  const fits = { productId: 'x'.repeat(64), productName: '😀'.repeat(200), description: 'é'.repeat(2000) };
  assert.equal((await asAdmin('POST', '/products', { body: fits })).status, 201);
  assert.equal((await asAdmin('DELETE', `/products/${fits.productId}`)).status, 204);

  for (const body of ['', 'nonsense', '[]', '"x"', '{"a":']) {
    const answer = await asAdmin('POST', '/products', { body });
    assert.equal(answer.status, 400, body);
    assert.deepEqual(answer.body, { message: 'The body is not a JSON object' }, body);
  }
  const mismatch = await asAdmin('PUT', '/products/one', { body: { productId: 'two', productName: 'x', description: '' } });
  assert.equal(mismatch.status, 400, 'the body is judged before the product is looked up');
  assert.deepEqual(mismatch.body.errors.map((error) => error.field), ['productId']);
  assert.equal((await asAdmin('POST', '/products', { body: fits, headers: { 'content-type': 'text/plain' } })).status, 415);
});

test('the list pages through everything once, without an empty last page', async () => {
  for (let i = 0; i < 12; ++i) {
    assert.equal((await asAdmin('POST', '/products', { body: { productId: `list-${i}`, productName: 'n', description: '' } })).status, 201);
  }
  const seen = [];
  let cursor;
  let pages = 0;
  do {
    const page = await asAdmin('GET', `/products?limit=4${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
    assert.equal(page.status, 200, page.text);
    assert.ok(page.body.items.length > 0, 'no empty page');
    seen.push(...page.body.items.map((item) => item.productId));
    cursor = page.body.cursor;
    ++pages;
  } while (cursor !== undefined && pages < 20);
  assert.equal(pages, 3);
  assert.deepEqual(seen.sort(), Array.from({ length: 12 }, (_, i) => `list-${i}`).sort());

  for (const limit of ['0', '101', '-1', 'x', '', '1.5', '01', '1e1']) {
    const answer = await asAdmin('GET', `/products?limit=${limit}`);
    assert.equal(answer.status, 400, `limit=${limit}`);
    assert.deepEqual(answer.body, { message: 'Invalid limit' });
  }
  for (const bad of ['x', '!!!', 'AAAA', '%00', '']) {
    const answer = await asAdmin('GET', `/products?cursor=${bad}`);
    assert.equal(answer.status, 400, `cursor=${bad}`);
    assert.deepEqual(answer.body, { message: 'Invalid cursor' });
  }
});

test('roles come from the verified token alone', async () => {
  for (const [method, path, body] of [['GET', '/products'], ['POST', '/products', { productId: 'x', productName: 'x', description: '' }],
    ['PUT', '/products/list-1', { productName: 'x', description: '' }], ['DELETE', '/products/list-1']]) {
    for (const headers of [{}, { 'cognito-groups': 'Admin' }, { 'x-amzn-groups': 'Admin', 'x-forwarded-user': 'admin' }]) {
      const answer = await asUser(method, `${path}?groups=Admin`, { body, headers });
      assert.equal(answer.status, 403, `${method} ${path}: ${answer.text}`);
      assert.match(answer.body.message, /^Only an Admin may /);
      assertCors(answer, '403');
    }
  }
  assert.equal((await asUser('GET', '/products/list-1')).status, 200);
});

test('a missing, malformed, expired, foreign or ID token is 401, in any spelling of Bearer the right one passes', async () => {
  const good = people.user.access_token;
  const [header, payload] = good.split('.');
  const none = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${payload}.`;
  for (const authorization of [undefined, '', 'Bearer', 'Bearer ', 'Bearer x.y.z', `Bearer ${tamper(good)}`, `Bearer ${none}`,
    `Bearer ${header}.${payload}`, `Bearer ${people.user.id_token}`, `Basic ${good}`, `Bearer ${good} ${good}`, 'Bearer ' + 'a'.repeat(9000)]) {
    const answer = await call('GET', `${proxy}/products/list-1`, { headers: authorization === undefined ? {} : { authorization } });
    assert.equal(answer.status, 401, `${authorization?.slice(0, 40)}: ${answer.status} ${answer.text}`);
    assert.deepEqual(answer.body, { message: 'Unauthorized' });
    assert.equal(answer.headers.get('x-amzn-errortype'), 'UnauthorizedException');
    assertCors(answer, '401');
  }
  for (const authorization of [`Bearer ${good}`, `bearer ${good}`, `BEARER ${good}`, good]) {
    assert.equal((await call('GET', `${proxy}/products/list-1`, { headers: { authorization } })).status, 200, authorization.slice(0, 10));
  }
});

test('an unknown route or method is 403 before the token is looked at', async () => {
  for (const [method, path] of [['GET', '/nothing'], ['PATCH', '/products'], ['GET', '/auth/exchange'], ['DELETE', '/products'], ['GET', '/']]) {
    const answer = await call(method, proxy + path, { headers: { authorization: 'Bearer nonsense' } });
    assert.equal(answer.status, 403, `${method} ${path}: ${answer.text}`);
    assert.deepEqual(answer.body, { message: 'Missing Authentication Token' });
    assert.equal(answer.headers.get('x-amzn-errortype'), 'MissingAuthenticationTokenException');
    assertCors(answer, `${method} ${path}`);
  }
});

test('preflight needs no token and names methods, headers and a max age', async () => {
  for (const path of ['/products', '/products/abc', '/auth/exchange', '/auth/refresh', '/auth/logout']) {
    const answer = await call('OPTIONS', proxy + path, {
      headers: { origin: gatehouse.site, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'authorization,content-type' },
    });
    assert.ok([200, 204].includes(answer.status), `${path}: ${answer.status} ${answer.text}`);
    assertCors(answer, path);
    assert.match(answer.headers.get('access-control-allow-headers'), /authorization/i);
    assert.match(answer.headers.get('access-control-allow-headers'), /content-type/i);
    assert.match(answer.headers.get('access-control-max-age'), /^\d+$/);
    assert.ok(answer.headers.get('access-control-allow-methods'));
  }
  const evil = await call('OPTIONS', `${proxy}/products`, { headers: { origin: 'https://evil.example', 'access-control-request-method': 'GET' } });
  assert.equal(evil.headers.get('access-control-allow-origin'), gatehouse.site, 'never an echo of the request');
});

test('the CRUD API is of no use without its key, and the key shows nowhere', async () => {
  for (const headers of [{}, { 'x-api-key': '' }, { 'x-api-key': 'a'.repeat(40) }, { authorization: `Bearer ${people.admin.access_token}` }]) {
    for (const [method, path] of [['GET', '/products'], ['POST', '/products'], ['GET', '/products/list-1'], ['DELETE', '/products/list-1']]) {
      const answer = await call(method, crud + path, { headers, ...(method === 'POST' && { body: {} }) });
      assert.equal(answer.status, 403, `${method} ${path}: ${answer.text}`);
      assert.deepEqual(answer.body, { message: 'Forbidden' });
    }
  }
  const unknown = await call('GET', `${crud}/nothing`);
  assert.deepEqual([unknown.status, unknown.body], [403, { message: 'Missing Authentication Token' }]);
  const spoofed = await asAdmin('GET', '/products', { headers: { 'x-api-key': 'wrong', 'x-forwarded-host': 'evil', 'x-forwarded-for': '6.6.6.6' } });
  assert.equal(spoofed.status, 200, 'a key of the client is dropped, not forwarded');
  assert.doesNotMatch([...spoofed.headers].join() + spoofed.text, /x-api-key/i);
});

test('oversize bodies are 413 with CORS headers', async () => {
  const answer = await asAdmin('POST', '/products', { body: `"${'x'.repeat(11 * 1024 * 1024)}"` });
  assert.equal(answer.status, 413, answer.text.slice(0, 200));
  assertCors(answer, '413');
});

test('the public endpoints take exactly their members', async () => {
  const url = (name) => `${proxy}/auth/${name}`;
  const bodies = ['', 'x', '[]', '{}', '{"refresh_token":1}', '{"refresh_token":""}', '{"refresh_token":"a","more":"b"}',
    '{"refresh_token":"a","refresh_token":"b"}', JSON.stringify({ refresh_token: 'x'.repeat(5000) })];
  for (const body of bodies) {
    for (const name of ['refresh', 'logout']) {
      const answer = await postJson(url(name), body);
      assert.equal(answer.status, 400, `${name} ${body.slice(0, 60)}: ${answer.text}`);
      assert.equal(answer.body.error, 'invalid_request');
      assert.ok(answer.body.error_description);
      assertCors(answer, name);
    }
  }
  const dead = await postJson(url('refresh'), { refresh_token: 'not-a-token' });
  assert.deepEqual([dead.status, dead.body.error, typeof dead.body.error_description], [400, 'invalid_grant', 'string']);
  assert.deepEqual([(await postJson(url('logout'), { refresh_token: 'not-a-token' })).status], [200], 'RFC 7009: an unknown token is fine');
});

test('a code works once, only with its verifier, and reuse ends what it gave', async () => {
  const who = { username: people.names.user, password: people.password };
  const exchange = (code, verifier) => postJson(`${proxy}/auth/exchange`, { code, redirect_uri: `${gatehouse.site}/callback.html`, code_verifier: verifier });
  const first = await authorize(gatehouse, who);
  const given = await exchange(first.query.code, first.verifier);
  assert.equal(given.status, 200, given.text);
  assert.deepEqual(Object.keys(given.body).sort(), ['access_token', 'expires_in', 'id_token', 'refresh_token', 'token_type']);
  assert.equal((await exchange(first.query.code, first.verifier)).body.error, 'invalid_grant');
  assert.equal((await postJson(`${proxy}/auth/refresh`, { refresh_token: given.body.refresh_token })).body.error, 'invalid_grant', 'reuse revokes');

  const second = await authorize(gatehouse, who);
  assert.equal((await exchange(second.query.code, 'w'.repeat(43))).body.error, 'invalid_grant');
  assert.equal((await exchange(second.query.code, second.verifier)).body.error, 'invalid_grant', 'a failed exchange burns the code');
});

test('refresh gives new tokens of the same session, logout ends it', async () => {
  const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
  const refreshed = await postJson(`${proxy}/auth/refresh`, { refresh_token: people.user.refresh_token });
  assert.equal(refreshed.status, 200, refreshed.text);
  assert.deepEqual(Object.keys(refreshed.body).sort(), ['access_token', 'expires_in', 'id_token', 'token_type']);
  const [before_, after_] = [claims(people.user.access_token), claims(refreshed.body.access_token)];
  assert.equal(after_.auth_time, before_.auth_time);
  assert.equal(after_.origin_jti, before_.origin_jti);
  assert.notEqual(after_.jti, before_.jti);
  assert.equal((await postJson(`${proxy}/auth/logout`, { refresh_token: people.user.refresh_token })).text, '{}');
  assert.equal((await postJson(`${proxy}/auth/refresh`, { refresh_token: people.user.refresh_token })).status, 400);
});

test('every answer has a request id, and its journey is kept for the administrator only', async () => {
  const answer = await asAdmin('GET', '/products/list-1');
  const id = answer.headers.get('x-amzn-requestid');
  assert.match(id, /^[0-9a-f-]{36}$/);
  const refused = await call('GET', `${gatehouse.endpoint}/_gatehouse/requests/${id}`);
  assert.equal(refused.status, 403);
});
