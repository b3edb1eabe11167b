// The products page in a real browser: both roles, validation, paging, refresh, two tabs, dead sessions, trouble.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, choosePassword, enterPassword, field, launchBrowser, openPage, screenshot } from '../support/browser.mjs';
import { startGatehouse } from '../support/gatehouse.mjs';

const PASSWORD = 'Correct-Horse-7';

let gatehouse;
let browser;
let admins;
let readers;

// Signs a user in for the first time and hands back the context that holds the session.
async function firstSignIn(username) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await openPage(context, gatehouse.site);
  await enterPassword(page, username, gatehouse.passwordOf(username));
  await choosePassword(page, PASSWORD);
  await button(page, 'Sign out').waitFor();
  await page.close();
  return context;
}

before(async () => {
  gatehouse = await startGatehouse();
  browser = await launchBrowser();
  admins = await firstSignIn(gatehouse.users.find((user) => user.username.includes('admin')).username);
  readers = await firstSignIn(gatehouse.users.find((user) => user.username.includes('user')).username);
});

after(async () => {
  await browser?.close();
  await gatehouse?.stop();
});

async function api(page, method, path, body, headers = {}) {
  return page.evaluate(async ([url, options]) => {
    const response = await fetch(url, { ...options, headers: { Authorization: `Bearer ${localStorage.access_token}`, ...options.headers } });
    return { status: response.status, text: await response.text() };
  }, [gatehouse.outputs.ProxyApiUrl + path, { method, body: body && JSON.stringify(body), headers: { ...(body && { 'Content-Type': 'application/json' }), ...headers } }]);
}

const row = (page, id) => page.getByRole('row', { name: new RegExp(`^${id}\\b`) });

async function fillProduct(page, product) {
  for (const [label, value] of Object.entries(product)) await field(page, label).fill(value);
  await button(page, 'Save').click();
}

test('an Admin creates, edits and deletes a product', async () => {
  const page = await openPage(admins, gatehouse.site);
  await button(page, 'Create product').click();
  await fillProduct(page, { 'Product ID': 'lamp-1', 'Product name': 'Desk lamp', Description: 'Warm light <b>&amp; more</b>' });
  await row(page, 'lamp-1').waitFor();
  assert.match(await page.getByRole('status').textContent(), /Desk lamp was created/);
  assert.ok(await page.getByRole('cell', { name: 'Warm light <b>&amp; more</b>' }).isVisible(), 'markup is shown as text');

  await button(row(page, 'lamp-1'), 'Edit').click();
  assert.equal(await field(page, 'Product ID').inputValue(), 'lamp-1');
  await fillProduct(page, { 'Product name': 'Floor lamp' });
  await page.getByRole('cell', { name: 'Floor lamp', exact: true }).waitFor();
  await page.reload();
  await page.getByRole('cell', { name: 'Floor lamp', exact: true }).waitFor();
  await screenshot(page, 'products-admin');

  await button(row(page, 'lamp-1'), 'Delete').click();
  await button(page.getByRole('dialog'), 'Cancel').click();
  assert.ok(await row(page, 'lamp-1').isVisible());
  await button(row(page, 'lamp-1'), 'Delete').click();
  await screenshot(page, 'products-delete');
  await button(page.getByRole('dialog'), 'Delete').click();
  await row(page, 'lamp-1').waitFor({ state: 'detached' });
  assert.deepEqual(page.problems, []);
  await page.close();
});

test('every fault of a product is shown beside its field, and a taken id beside the form', async () => {
  const page = await openPage(admins, gatehouse.site);
  await button(page, 'Create product').click();
  await fillProduct(page, { 'Product ID': 'not valid!', 'Product name': '   ' });
  await page.locator('#productId-error').getByRole('alert').waitFor();
  await page.locator('#productName-error').getByRole('alert').waitFor();
  await screenshot(page, 'products-validation');
  assert.equal(await field(page, 'Product ID').getAttribute('aria-invalid'), 'true');
  await fillProduct(page, { 'Product ID': 'taken-1', 'Product name': 'First' });
  await row(page, 'taken-1').waitFor();
  await button(page, 'Create product').click();
  await fillProduct(page, { 'Product ID': 'taken-1', 'Product name': 'Second' });
  await page.locator('#editor-error').getByRole('alert').waitFor();
  await button(page, 'Cancel').click();
  assert.deepEqual(page.problems, []);
  await page.close();
});

test('long lists come in pages', async () => {
  const page = await openPage(admins, gatehouse.site);
  await button(page, 'Create product').waitFor();
  for (let i = 0; i < 30; ++i) {
    const made = await api(page, 'POST', '/products', { productId: `page-${i}`, productName: `Item ${i}`, description: '' });
    assert.equal(made.status, 201, made.text);
  }
  await page.reload();
  await button(page, 'Load more').waitFor();
  assert.equal(await page.getByRole('row').count(), 1 + 25);
  await button(page, 'Load more').click();
  await button(page, 'Load more').waitFor({ state: 'hidden' });
  for (let i = 0; i < 30; ++i) assert.equal(await row(page, `page-${i}`).count(), 1, `page-${i} is listed once`);
  assert.deepEqual(page.problems, []);
  await page.close();
});

test('who is not an Admin searches by id and may do nothing else', async () => {
  const page = await openPage(readers, gatehouse.site);
  await field(page, 'Product ID').fill('taken-1');
  await button(page, 'Search').click();
  await page.getByRole('heading', { name: 'First' }).waitFor();
  await screenshot(page, 'products-reader');
  await field(page, 'Product ID').fill('absent');
  await button(page, 'Search').click();
  await page.getByRole('alert').filter({ hasText: /no product/i }).waitFor();
  assert.equal(await button(page, 'Create product').isVisible(), false);

  for (const [method, path, body] of [
    ['GET', '/products'], ['POST', '/products', { productId: 'x', productName: 'x', description: '' }],
    ['PUT', '/products/taken-1', { productName: 'x', description: '' }], ['DELETE', '/products/taken-1'],
  ]) {
    const answer = await api(page, method, path, body);
    assert.equal(answer.status, 403, `${method} ${path}: ${answer.text}`);
    assert.match(answer.text, /Only an Admin may/);
  }
  await page.close();
});

test('a rejected token is refreshed once for all requests and tabs', async () => {
  const tabs = await Promise.all([1, 2].map(() => openPage(admins, gatehouse.site)));
  for (const tab of tabs) await button(tab, 'Create product').waitFor();
  await tabs[0].evaluate(() => {
    const parts = localStorage.access_token.split('.');
    localStorage.access_token = [parts[0], parts[1], `${'A'.repeat(10)}${parts[2].slice(10)}`].join('.');
  });
  let refreshes = 0;
  admins.on('request', (request) => { if (request.method() === 'POST' && request.url().endsWith('/auth/refresh')) ++refreshes; });
  await Promise.all(tabs.map((tab) => tab.reload()));
  for (const tab of tabs) await tab.getByRole('row').nth(1).waitFor();
  assert.equal(refreshes, 1);
  for (const tab of tabs) assert.deepEqual(tab.problems, []);
  await Promise.all(tabs.map((tab) => tab.close()));
});

test('a token about to expire is refreshed before it is used', async () => {
  const page = await openPage(admins, gatehouse.site);
  await button(page, 'Create product').waitFor();
  const old = await page.evaluate(() => {
    const parts = localStorage.access_token.split('.');
    const claims = JSON.parse(atob(parts[1].replaceAll('-', '+').replaceAll('_', '/')));
    claims.exp = Math.floor(Date.now() / 1000) + 5;
    localStorage.access_token = [parts[0], btoa(JSON.stringify(claims)).replaceAll('=', ''), parts[2]].join('.');
    return localStorage.access_token;
  });
  let refused = 0;
  page.on('response', (response) => { if (response.status() === 401) ++refused; });
  await page.reload();
  await page.getByRole('row').nth(1).waitFor();
  assert.equal(refused, 0, 'the stale token was never sent');
  assert.notEqual(await page.evaluate(() => localStorage.access_token), old);
  await page.close();
});

test('with a dead refresh token the user signs in again and returns to where they were', async () => {
  const page = await openPage(admins, `${gatehouse.site}/index.html?view=all#bottom`);
  await button(page, 'Create product').waitFor();
  await page.evaluate(() => {
    localStorage.refresh_token = 'dead';
    localStorage.access_token = `${localStorage.access_token.slice(0, -8)}AAAAAAAA`;
  });
  await admins.clearCookies(); // the sign-in page's own session is gone too
  await page.reload();
  await enterPassword(page, gatehouse.users.find((user) => user.username.includes('admin')).username, PASSWORD);
  await page.getByRole('row').nth(1).waitFor();
  assert.equal(page.url(), `${gatehouse.site}/index.html?view=all#bottom`);
  assert.deepEqual(page.problems, []);
  await page.close();
});

test('being offline is said, not swallowed', async () => {
  const page = await openPage(readers, gatehouse.site);
  await field(page, 'Product ID').fill('taken-1');
  await readers.setOffline(true);
  await button(page, 'Search').click();
  assert.match(await page.getByRole('alert').textContent(), /offline|cannot be reached/i);
  await readers.setOffline(false);
  await button(page, 'Search').click();
  await page.getByRole('heading', { name: 'First' }).waitFor();
  await page.close();
});

test('an Admin on a narrow dark screen sees every product without scrolling sideways', async () => {
  const page = await openPage(admins, gatehouse.site);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole('row').nth(1).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth), false);
  await page.evaluate(() => scrollTo(0, 0));
  await screenshot(page, 'products-narrow-dark');
  await page.close();
});
