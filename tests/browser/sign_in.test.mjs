// Signing in, as people do it: first sign-in, wrong passwords, sign-out, no script, keyboard alone, narrow and dark.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { button, choosePassword, enterPassword, field, launchBrowser, openPage, screenshot } from '../support/browser.mjs';
import { startGatehouse } from '../support/gatehouse.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ADMIN_PASSWORD = 'Correct-Horse-7';
const USER_PASSWORD = 'Battery-Staple-8';

let gatehouse;
let browser;
let admin;
let reader;

before(async () => {
  gatehouse = await startGatehouse();
  browser = await launchBrowser();
  [admin, reader] = ['admin', 'user'].map((name) => gatehouse.users.find((user) => user.username.includes(name))?.username);
  assert.ok(admin && reader, `the run names an administrator and a user: ${JSON.stringify(gatehouse.users)}`);
});

after(async () => {
  await browser?.close();
  await gatehouse?.stop();
});

const context = (options) => browser.newContext(options);

async function accessibilityFaults(page) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' ')}`);
}

const overflows = (page) => page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

test('a wrong password is refused in words and the page stays usable', async () => {
  const page = await openPage(await context(), gatehouse.site);
  await enterPassword(page, admin, 'Not-The-Password-1');
  await page.getByRole('alert').waitFor();
  assert.match(await page.getByRole('alert').textContent(), /incorrect username or password/i);
  await screenshot(page, 'sign-in-wrong-password');
  await enterPassword(page, 'nobody-of-that-name', 'Not-The-Password-1');
  assert.match(await page.getByRole('alert').textContent(), /incorrect username or password/i);
  assert.deepEqual(page.problems, []);
});

test('the first sign-in asks for a new password, by the policy, and comes back signed in', async () => {
  const page = await openPage(await context(), `${gatehouse.site}/index.html?from=mail#here`);
  await screenshot(page, 'sign-in');
  assert.deepEqual(await accessibilityFaults(page), []);
  await enterPassword(page, admin, gatehouse.passwordOf(admin));
  await field(page, 'New password').waitFor();
  await screenshot(page, 'new-password');
  assert.deepEqual(await accessibilityFaults(page), []);

  await choosePassword(page, 'short');
  await page.getByRole('alert').waitFor();
  await field(page, 'New password').fill(ADMIN_PASSWORD);
  await field(page, 'Confirm new password').fill(`${ADMIN_PASSWORD}x`);
  await button(page, 'Change password').click();
  assert.match(await page.getByRole('alert').textContent(), /match/i);
  await choosePassword(page, ADMIN_PASSWORD);

  await page.getByText('Admin', { exact: true }).waitFor();
  assert.equal(page.url(), `${gatehouse.site}/index.html?from=mail#here`, 'back where the user was');
  await button(page, 'Create product').waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.deepEqual(page.problems, []);
});

test('sign-in needs no script', async () => {
  const page = await openPage(await context({ javaScriptEnabled: false }));
  const query = new URLSearchParams({
    response_type: 'code', client_id: gatehouse.outputs.AppClientId, redirect_uri: `${gatehouse.site}/callback.html`,
    scope: 'openid email', state: 's', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256',
  });
  await page.goto(`${gatehouse.outputs.SignInUrl}/oauth2/authorize?${query}`);
  await enterPassword(page, admin, ADMIN_PASSWORD);
  await page.waitForURL(/callback\.html\?/);
  assert.match(page.url(), /[?&]code=[^&]+/);
  assert.match(page.url(), /[?&]state=s(&|$)/);
});

test('sign-out ends the session here, at the sign-in page and in other tabs, and stays signed out', async () => {
  const tabs = await context();
  const page = await openPage(tabs, gatehouse.site);
  await enterPassword(page, admin, ADMIN_PASSWORD);
  await button(page, 'Create product').waitFor();
  const other = await openPage(tabs, gatehouse.site);
  await button(other, 'Create product').waitFor();

  await button(page, 'Sign out').click();
  await page.getByText('Signed out', { exact: true }).waitFor();
  await screenshot(page, 'signed-out');
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  await other.getByText(/Signed out/).waitFor();

  await page.reload();
  await page.getByText('Signed out', { exact: true }).waitFor();
  await button(page, 'Sign in').click();
  await field(page, 'Password').waitFor(); // no silent sign-in from an old session
  assert.deepEqual(page.problems, []);
});

test('everything works by keyboard alone', async () => {
  const page = await openPage(await context(), gatehouse.site);
  await field(page, 'Username').waitFor();
  await page.evaluate(() => document.activeElement?.blur());
  const tabTo = async (target) => {
    for (let presses = 0; presses < 30; ++presses) {
      if (await target.evaluate((node) => node === document.activeElement)) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`no Tab reaches ${target}`);
  };
  await tabTo(field(page, 'Username'));
  await page.keyboard.type(admin);
  await tabTo(field(page, 'Password'));
  await page.keyboard.type(ADMIN_PASSWORD);
  await page.keyboard.press('Enter');
  await button(page, 'Create product').waitFor();

  await tabTo(button(page, 'Create product'));
  await page.keyboard.press('Enter');
  await page.keyboard.type('keyboard-1');
  await tabTo(field(page, 'Product name'));
  await page.keyboard.type('Keyboard');
  await tabTo(button(page, 'Save'));
  await page.keyboard.press('Enter');
  await page.getByRole('cell', { name: 'keyboard-1', exact: true }).waitFor();

  await tabTo(button(page.getByRole('row', { name: /keyboard-1/ }), 'Delete'));
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await page.getByRole('dialog').count(), 0, 'Escape closes the dialog');
  assert.deepEqual(page.problems, []);
});

test('the pages fit 360 px and follow dark mode', async () => {
  const narrow = await context({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
  const page = await openPage(narrow, gatehouse.site);
  await field(page, 'Username').waitFor();
  assert.equal(await overflows(page), false);
  const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.ok(background.match(/\d+/g).slice(0, 3).every((part) => Number(part) < 80), `dark: ${background}`);
  await screenshot(page, 'sign-in-narrow-dark');
  assert.deepEqual(await accessibilityFaults(page), []);
  await enterPassword(page, reader, gatehouse.passwordOf(reader));
  await choosePassword(page, USER_PASSWORD);
  await button(page, 'Search').waitFor();
  assert.equal(await overflows(page), false);
  await screenshot(page, 'reader-narrow-dark');
  assert.deepEqual(await accessibilityFaults(page), []);
});

test('a callback that was not started here, or was refused, says so and offers a way back', async () => {
  const page = await openPage(await context(), `${gatehouse.site}/callback.html?code=abc&state=unknown`);
  await page.getByRole('alert').waitFor();
  await page.getByRole('link', { name: 'Back to products' }).waitFor();
  assert.equal(new URL(page.url()).search, '', 'the code does not stay in the address');
  await screenshot(page, 'callback-error');
  assert.deepEqual(page.problems, []);
});

test('an unknown redirect address is never followed', async () => {
  const page = await openPage(await context());
  const query = new URLSearchParams({ response_type: 'code', client_id: gatehouse.outputs.AppClientId, redirect_uri: 'http://localhost:1/evil' });
  await page.goto(`${gatehouse.outputs.SignInUrl}/oauth2/authorize?${query}`);
  assert.equal(new URL(page.url()).pathname.endsWith('/error'), true, page.url());
  await page.getByRole('alert').waitFor();
  await screenshot(page, 'sign-in-error-page');
  assert.deepEqual(await accessibilityFaults(page), []);
});
