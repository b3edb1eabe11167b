// Debian's Chromium, driven like a person's.

import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const output = resolve(dirname(fileURLToPath(import.meta.url)), '../output');

export function launchBrowser() {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

// Screenshots are test output, to be looked at.
export async function screenshot(page, name) {
  mkdirSync(output, { recursive: true });
  await page.screenshot({ path: join(output, `${name}.png`), fullPage: true });
}

// A page whose console must stay clean; `problems` collects what did not. Refused calls (the browser reports each 4xx
// as an error of the network) are not problems of the page.
export async function openPage(context, url) {
  const page = await context.newPage();
  page.problems = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) page.problems.push(message.text());
  });
  page.on('pageerror', (error) => page.problems.push(String(error)));
  if (url) await page.goto(url);
  return page;
}

export const field = (page, label) => page.getByLabel(label, { exact: true });
export const button = (page, name) => page.getByRole('button', { name, exact: true });

export async function enterPassword(page, username, password) {
  await field(page, 'Username').fill(username);
  await field(page, 'Password').fill(password);
  await button(page, 'Sign in').click();
}

export async function choosePassword(page, password) {
  await field(page, 'New password').fill(password);
  await field(page, 'Confirm new password').fill(password);
  await button(page, 'Change password').click();
}
