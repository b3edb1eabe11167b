// The whole process in trouble: kills, busy ports, wrong flags and templates, restarts with another template.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as ddb from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../support/aws.mjs';
import { binary, startGatehouse } from '../support/gatehouse.mjs';
import { postJson, signInEverybody } from '../support/sign_in.mjs';

function folder(t) {
  const made = mkdtempSync(join(tmpdir(), 'gatehouse-faults-'));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}
const run = (...args) => spawnSync(binary, args, { encoding: 'utf8', timeout: 20_000 });
const portOf = (url) => new URL(url).port;

test('what the sign-in and the API acknowledged survives kill -9', async (t) => {
  const data = folder(t);
  const first = await startGatehouse({ data });
  const { admin } = await signInEverybody(first);
  const acknowledged = [];
  let running = true;
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let i = 0; running; ++i) {
      const productId = `w${writer}-${i}`;
      const answer = await postJson(`${first.outputs.ProxyApiUrl}/products`, { productId, productName: 'n', description: '' },
        { authorization: `Bearer ${admin.access_token}` }).catch(() => ({ status: 0 }));
      if (answer.status === 201) acknowledged.push(productId);
      if (acknowledged.length >= 400) running = false;
    }
  });
  while (acknowledged.length < 200) await new Promise((done) => setImmediate(done));
  await first.stop({ signal: 'SIGKILL', keepData: true });
  running = false;
  await Promise.all(writers);

  const second = await startGatehouse({ data, args: ['--port', portOf(first.endpoint), '--site-port', portOf(first.site)] });
  t.after(() => second.stop());
  const refreshed = await postJson(`${second.outputs.ProxyApiUrl}/auth/refresh`, { refresh_token: admin.refresh_token });
  assert.equal(refreshed.status, 200, 'a session that was given survives');
  for (const productId of acknowledged) {
    const got = await fetch(`${second.outputs.ProxyApiUrl}/products/${productId}`, { headers: { authorization: `Bearer ${refreshed.body.access_token}` } });
    assert.equal(got.status, 200, productId);
  }
  assert.deepEqual(second.users, [], 'passwords that were changed are not shown again');
  assert.deepEqual(second.outputs, first.outputs, 'ids and addresses stay');
});

test('fifty kills in the middle of table writes lose nothing acknowledged', async (t) => {
  const data = folder(t);
  let expected = 0;
  for (let round = 0; round < 50; ++round) {
    const gatehouse = await startGatehouse({ template: null, data });
    const client = dynamodb(gatehouse);
    if (round === 0) {
      await client.send(new ddb.CreateTableCommand({ TableName: 'counters', BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] }));
    }
    const read = await client.send(new ddb.GetItemCommand({ TableName: 'counters', Key: { id: { S: 'counter' } }, ConsistentRead: true }));
    const found = Number(read.Item?.n.N ?? 0);
    assert.ok(found >= expected, `round ${round}: ${found} of ${expected} acknowledged increments are there`);
    expected = found;
    const target = expected + 3 + (round * 7) % 40;
    let running = true;
    const writers = Array.from({ length: 4 }, async () => {
      while (running) {
        try {
          await client.send(new ddb.UpdateItemCommand({ TableName: 'counters', Key: { id: { S: 'counter' } }, UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': { N: '1' } } }));
          ++expected;
        } catch {
          return;
        }
        if (expected >= target) running = false;
      }
    });
    while (expected < target - 2) await new Promise((done) => setImmediate(done));
    await gatehouse.stop({ signal: 'SIGKILL', keepData: true });
    await Promise.all(writers);
    client.destroy();
  }
});

test('SIGTERM finishes what runs and exits 0', async (t) => {
  const gatehouse = await startGatehouse();
  const { admin } = await signInEverybody(gatehouse);
  const calls = Array.from({ length: 20 }, (_, i) => postJson(`${gatehouse.outputs.ProxyApiUrl}/products`,
    { productId: `p${i}`, productName: 'n', description: '' }, { authorization: `Bearer ${admin.access_token}` }).catch((error) => ({ status: 0, error })));
  await calls[0];
  const result = await gatehouse.stop();
  assert.deepEqual(result, { code: 0, signal: null });
  for (const call of await Promise.all(calls)) assert.ok([0, 201].includes(call.status), `cut in the middle: ${call.status}`);
});

test('a busy port is named, with what to do', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.after(() => server.close());
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address();
  const result = run('run', '--data', folder(t), '--bind', '127.0.0.1', '--port', String(port), '--site-port', '0');
  assert.notEqual(result.status, 0);
  assert.match(result.stderr, new RegExp(`127\\.0\\.0\\.1.*${port}`));
  assert.match(result.stderr, /--port/);
});

test('a second process on the same ports or the same data is refused', async (t) => {
  const gatehouse = await startGatehouse({ template: null });
  t.after(() => gatehouse.stop());
  const ports = run('run', '--data', folder(t), '--port', portOf(gatehouse.endpoint), '--site-port', '0');
  assert.notEqual(ports.status, 0);
  assert.match(ports.stderr, /--port/);
  const data = run('run', '--data', gatehouse.folder, '--port', '0', '--site-port', '0');
  assert.notEqual(data.status, 0);
  assert.ok(data.stderr.includes(gatehouse.folder) && /another|process|held/i.test(data.stderr), data.stderr);
});

test('wrong flags and templates end with exit code 2 and say what is wrong', async (t) => {
  const directory = folder(t);
  const template = join(directory, 'template.yaml');
  const withText = (text) => {
    writeFileSync(template, text);
    return run('run', template, '--data', join(directory, 'data'), '--port', '0', '--site-port', '0');
  };
  for (const [result, expected] of [
    [run('run', '--no-such-flag'), /no-such-flag/],
    [run('run', '--parameter', 'novalue'), /KEY=VALUE/],
    [run('run', '--port', '99999'), /port/i],
    [run('run', '--account', '12'), /account/i],
    [run('run', join(directory, 'absent.yaml')), /absent\.yaml/],
    [run('nonsense'), /nonsense/],
    [withText('Resources:\n  A:\n    Type: AWS::S3::Bukket\n'), /template\.yaml:3.*AWS::S3::Bucket/s],
    [withText('Resources: [\n'), /template\.yaml:\d+/],
    [withText('Resources:\n  T:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      TableNam: x\n'), /template\.yaml:5.*TableName/s],
  ]) {
    assert.equal(result.status, 2, `${result.stderr}${result.stdout}`);
    assert.match(result.stderr, expected);
    assert.doesNotMatch(result.stderr, /terminate|what\(\)|Assertion/);
  }
});

test('a changed template updates what changed and keeps the data', async (t) => {
  const data = folder(t);
  const template = join(data, 'app.yaml');
  const table = (name, policy) => `  ${name}:\n    Type: AWS::DynamoDB::Table\n${policy}    Properties:\n      TableName: ${name}\n      BillingMode: PAY_PER_REQUEST\n` +
    '      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]\n      KeySchema: [{AttributeName: id, KeyType: HASH}]\n';
  const put = async (gatehouse, TableName) => dynamodb(gatehouse).send(new ddb.PutItemCommand({ TableName, Item: { id: { S: '1' } } }));
  const names = async (gatehouse) => (await dynamodb(gatehouse).send(new ddb.ListTablesCommand({}))).TableNames;

  writeFileSync(template, `Resources:\n${table('Kept', '')}${table('Dropped', '    DeletionPolicy: Delete\n')}`);
  let gatehouse = await startGatehouse({ template, data });
  await put(gatehouse, 'Kept');
  await put(gatehouse, 'Dropped');
  await gatehouse.stop();

  writeFileSync(template, `Resources:\n${table('Added', '')}`);
  gatehouse = await startGatehouse({ template, data });
  assert.deepEqual(await names(gatehouse), ['Added', 'Kept']);
  await gatehouse.stop();

  writeFileSync(template, `Resources:\n${table('Added', '')}${table('Kept', '')}`);
  gatehouse = await startGatehouse({ template, data });
  t.after(() => gatehouse.stop());
  const kept = await dynamodb(gatehouse).send(new ddb.GetItemCommand({ TableName: 'Kept', Key: { id: { S: '1' } } }));
  assert.deepEqual(kept.Item, { id: { S: '1' } });
});

test('no secret is in the process\'s output, its log groups or its data files in the clear', async (t) => {
  const data = folder(t);
  const gatehouse = await startGatehouse({ data });
  const { admin } = await signInEverybody(gatehouse);
  await fetch(`${gatehouse.outputs.ProxyApiUrl}/products`, { headers: { authorization: `Bearer ${admin.access_token}` } });
  await gatehouse.stop();
  const secrets = [admin.access_token, admin.id_token, admin.refresh_token, 'Correct-Horse-7', ...gatehouse.users.map((user) => user.temporaryPassword)];
  const everything = spawnSync('grep', ['-rlaF', ...secrets.flatMap((secret) => ['-e', secret]), data], { encoding: 'utf8' });
  assert.equal(everything.stdout, '', 'files that hold a secret in the clear');
  for (const secret of secrets) assert.ok(!gatehouse.errors().includes(secret));
  assert.equal(readFileSync(join(data, 'credentials.json'), 'utf8').includes(admin.refresh_token), false);
});

test('a second Ctrl-C exits at once', async () => {
  const gatehouse = await startGatehouse({ template: null });
  const slow = spawn('bash', ['-c', `exec 3<>/dev/tcp/127.0.0.1/${portOf(gatehouse.endpoint)}; printf 'POST / HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 5\\r\\n\\r\\n' >&3; cat <&3`]);
  await new Promise((done) => slow.once('spawn', done));
  const ended = gatehouse.stop({ signal: 'SIGINT' });
  process.kill(gatehouse.pid, 'SIGINT');
  const result = await ended;
  slow.kill();
  assert.ok(result.code !== null || result.signal === 'SIGINT', JSON.stringify(result));
});
