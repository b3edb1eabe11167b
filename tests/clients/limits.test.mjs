// Limits given as parameters: they bite, with AWS's words and with CORS headers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGatehouse } from '../support/gatehouse.mjs';
import { signInEverybody } from '../support/sign_in.mjs';

async function statuses(count, url, headers) {
  const answers = await Promise.all(Array.from({ length: count }, () => fetch(url, { headers })));
  for (const answer of answers) {
    if (answer.status === 429) assert.match(await answer.clone().text(), /Too Many Requests|Limit Exceeded/);
  }
  return answers;
}

test('the proxy stage throttles, and says so with CORS headers', async (t) => {
  const gatehouse = await startGatehouse({ parameters: { ProxyRate: 5, ProxyBurst: 5 } });
  t.after(() => gatehouse.stop());
  const answers = await statuses(40, `${gatehouse.outputs.ProxyApiUrl}/products/x`, { authorization: 'Bearer x' });
  assert.ok(answers.every((answer) => answer.status === 401), 'who is unknown is not counted');
  const { user } = await signInEverybody(gatehouse).catch((error) => ({ error }));
  if (user === undefined) return; // the sign-in itself may meet the limit: its calls are the stage's too
  const throttled = (await statuses(40, `${gatehouse.outputs.ProxyApiUrl}/products/x`, { authorization: `Bearer ${user.access_token}` }))
    .filter((answer) => answer.status === 429);
  assert.ok(throttled.length >= 30, `${throttled.length} of 40 were throttled`);
  for (const answer of throttled) {
    assert.equal(answer.headers.get('access-control-allow-origin'), gatehouse.site);
    assert.equal(answer.headers.get('x-amzn-errortype'), 'TooManyRequestsException');
  }
});

test('the usage plan counts a day\'s quota exactly and keeps it over a restart', async (t) => {
  const { mkdtempSync, rmSync } = await import('node:fs');
  const data = mkdtempSync('/tmp/gatehouse-quota-');
  t.after(() => rmSync(data, { recursive: true, force: true }));
  const parameters = { CrudQuota: 5 };
  const first = await startGatehouse({ parameters, data });
  const { admin } = await signInEverybody(first);
  const list = (gatehouse) => fetch(`${gatehouse.outputs.ProxyApiUrl}/products`, { headers: { authorization: `Bearer ${admin.access_token}` } });
  for (let i = 0; i < 3; ++i) assert.equal((await list(first)).status, 200);
  await first.stop();
  const port = new URL(first.endpoint).port; // tokens carry the issuer's address: the second run takes the same
  const second = await startGatehouse({ parameters, data, args: ['--port', port] });
  t.after(() => second.stop());
  const results = [];
  for (let i = 0; i < 4; ++i) results.push((await list(second)).status);
  assert.deepEqual(results, [200, 200, 429, 429]);
});
