// What a function's role does not allow, it cannot do: the products template with a probe in the place of its functions.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { startGatehouse, productsTemplate } from '../support/gatehouse.mjs';
import { postJson } from '../support/sign_in.mjs';

const probe = join(dirname(productsTemplate), '../probe/dist/probe');
let folder;
let gatehouse;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-policies-'));
  // The site stays where it is; only the code of the two functions is another.
  const text = readFileSync(productsTemplate, 'utf8')
    .replaceAll(/CodeUri: .*/g, `CodeUri: ${probe}`)
    .replaceAll(/Content: .*/g, `Content: ${join(dirname(productsTemplate), 'site')}`);
  writeFileSync(join(folder, 'template.yaml'), text);
  gatehouse = await startGatehouse({ template: join(folder, 'template.yaml') });
});
after(async () => {
  await gatehouse?.stop();
  rmSync(folder, { recursive: true, force: true });
});

// The public route of the proxy function; the CRUD function answers behind its key, which the proxy's role may read.
const asProxy = async (wish) => (await postJson(`${gatehouse.outputs.ProxyApiUrl}/auth/exchange`, wish)).body;

async function secretNames() {
  const listed = JSON.parse((await import('node:child_process')).execFileSync('/usr/bin/aws',
    ['secretsmanager', 'list-secrets', '--endpoint-url', gatehouse.endpoint, '--output', 'json'],
    { env: { PATH: '/usr/bin:/bin', AWS_ACCESS_KEY_ID: gatehouse.credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: gatehouse.credentials.secretAccessKey, AWS_DEFAULT_REGION: 'us-east-1' } }));
  return listed.SecretList.map((secret) => secret.ARN);
}

test('the proxy function reads its two secrets and not the table', async () => {
  const secrets = await secretNames();
  assert.equal(secrets.length, 2);
  for (const SecretId of secrets) {
    const read = await asProxy({ service: 'secretsmanager', operation: 'GetSecretValue', input: { SecretId } });
    assert.ok(read.output?.SecretString, JSON.stringify(read));
    const changed = await asProxy({ service: 'secretsmanager', operation: 'PutSecretValue', input: { SecretId, SecretString: 'x' } });
    assert.equal(changed.code, 'AccessDeniedException');
  }
  for (const [operation, input] of [['Scan', {}], ['GetItem', { Key: { productId: { S: '1' } } }], ['PutItem', { Item: { productId: { S: '1' } } }]]) {
    const refused = await asProxy({ service: 'dynamodb', operation, input: { TableName: 'ProductsTable', ...input } });
    assert.equal(refused.code, 'AccessDeniedException', `${operation}: ${JSON.stringify(refused)}`);
    assert.match(refused.message, /is not authorized to perform: dynamodb:/);
  }
  const logGroupName = 'made-by-a-function';
  assert.ok((await asProxy({ service: 'logs', operation: 'CreateLogGroup', input: { logGroupName } })).output, 'AWSLambdaBasicExecutionRole');
  assert.equal((await asProxy({ service: 'logs', operation: 'DeleteLogGroup', input: { logGroupName } })).code, 'AccessDeniedException');
  assert.equal((await asProxy({ service: 'cognito-idp', operation: 'ListUserPools', input: { MaxResults: 1 } })).code, 'AccessDeniedException');
});

test('the CRUD function uses its table and not the secrets', async () => {
  const secrets = await secretNames();
  const keys = await Promise.all(secrets.map(async (SecretId) =>
    (await asProxy({ service: 'secretsmanager', operation: 'GetSecretValue', input: { SecretId } })).output.SecretString));
  const candidates = keys.flatMap((text) => {
    try { return Object.values(JSON.parse(text)).map(String); } catch { return [text]; }
  });
  let asCrud;
  for (const key of candidates) {
    const call = async (wish) => postJson(`${gatehouse.outputs.CrudApiUrl}/products`, wish, { 'x-api-key': key });
    if ((await call({ service: 'dynamodb', operation: 'ListTables', input: {} })).status === 200) asCrud = async (wish) => (await call(wish)).body;
  }
  assert.ok(asCrud, 'one of the two secrets is the API key');
  for (const SecretId of secrets) {
    assert.equal((await asCrud({ service: 'secretsmanager', operation: 'GetSecretValue', input: { SecretId } })).code, 'AccessDeniedException');
  }
  const other = await asCrud({ service: 'dynamodb', operation: 'Scan', input: { TableName: 'SomebodyElses' } });
  assert.equal(other.code, 'AccessDeniedException', JSON.stringify(other));
});
