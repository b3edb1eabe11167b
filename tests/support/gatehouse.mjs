// Starts a real Gatehouse for a test: own ports, own data folder, ended with the test.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const binary = resolve(root, process.env.GATEHOUSE_BINARY ?? 'build/release/gatehouse');
const applications = resolve(root, process.env.GATEHOUSE_APPLICATIONS ?? 'apps');

export const productsTemplate = join(applications, 'products/template.yaml');

// Options: template (null: an empty account), parameters {K: V}, args [...], data (kept when given).
export async function startGatehouse({ template = productsTemplate, parameters = {}, args = [], data } = {}) {
  const folder = data ?? mkdtempSync(join(tmpdir(), 'gatehouse-test-'));
  const command = ['run', ...(template ? [template] : []), '--port', '0', '--site-port', '0', '--data', folder, '--json',
    ...Object.entries(parameters).flatMap(([name, value]) => ['--parameter', `${name}=${value}`]), ...args];
  const child = spawn(binary, command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => { errors += chunk; });
  child.on('error', (error) => { errors += error.message; });
  const ended = new Promise((done) => child.on('close', (code, signal) => done({ code, signal })));
  const firstLine = new Promise((done) => createInterface({ input: child.stdout }).once('line', done));
  const line = await Promise.race([firstLine, ended.then(({ code, signal }) => {
    throw new Error(`gatehouse ended before it was ready (${signal ?? code}):\n${errors}`);
  })]);
  const ready = JSON.parse(line);
  const credentials = JSON.parse(readFileSync(join(folder, 'credentials.json'), 'utf8'));
  return {
    ...ready,
    credentials,
    folder,
    pid: child.pid,
    errors: () => errors,
    passwordOf: (username) => ready.users.find((user) => user.username === username)?.temporaryPassword,
    // Ends it, by default as an operator would; answers with the exit code or signal.
    async stop({ signal = 'SIGTERM', keepData = data !== undefined } = {}) {
      child.kill(signal);
      const result = await ended;
      if (!keepData) rmSync(folder, { recursive: true, force: true });
      return result;
    },
  };
}
