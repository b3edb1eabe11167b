// Signs a user in without a browser: walks the hosted pages as plain HTTP, like a browser without script would.

import { createHash, randomBytes } from 'node:crypto';

// A cookie jar for one origin; enough for the sign-in pages.
export class Visitor {
  cookies = new Map();

  async request(url, { method = 'GET', form } = {}) {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form && { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(url).origin }),
      },
      body: form && new URLSearchParams(form).toString(),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair, ...attributes] = cookie.split(';');
      const equals = pair.indexOf('=');
      const gone = attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute));
      if (gone) this.cookies.delete(pair.slice(0, equals));
      else this.cookies.set(pair.slice(0, equals), pair.slice(equals + 1));
    }
    return response;
  }

  // Follows redirects on the sign-in pages' own origin; stops at another origin or at a page.
  async visit(url) {
    const origin = new URL(url).origin;
    for (let hops = 0; hops < 10; ++hops) {
      const response = await this.request(url);
      const location = response.headers.get('location');
      if (location === null) return { url, page: await response.text(), status: response.status };
      url = new URL(location, url).toString();
      if (new URL(url).origin !== origin) return { url, status: response.status };
    }
    throw new Error(`too many redirects, at ${url}`);
  }
}

const unescape = (text) => text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>');

// The form of a page with its hidden fields filled in.
export function formOf({ url, page }) {
  const form = /<form\b[^>]*>/i.exec(page)?.[0] ?? '';
  const action = unescape(/action="([^"]*)"/i.exec(form)?.[1] ?? '');
  const fields = {};
  for (const [input] of page.matchAll(/<input\b[^>]*>/gi)) {
    const name = /name="([^"]*)"/i.exec(input)?.[1];
    if (name) fields[unescape(name)] = unescape(/value="([^"]*)"/i.exec(input)?.[1] ?? '');
  }
  return { action: new URL(action || url, url).toString(), fields };
}

async function submit(visitor, page, values) {
  const { action, fields } = formOf(page);
  const unknown = Object.keys(values).filter((name) => !(name in fields));
  if (unknown.length > 0) throw new Error(`the form has no ${unknown}: ${JSON.stringify(fields)}`);
  const response = await visitor.request(action, { method: 'POST', form: { ...fields, ...values } });
  const location = response.headers.get('location');
  if (location === null) return { url: action, page: await response.text(), status: response.status };
  const next = new URL(location, action).toString();
  return new URL(next).origin === new URL(action).origin ? visitor.visit(next) : { url: next, status: response.status };
}

const passwordFields = (page) => [...page.page.matchAll(/<input\b[^>]*type="password"[^>]*>/gi)].map(([input]) => /name="([^"]*)"/.exec(input)[1]);

export const pkce = () => {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
};

// Walks from the authorize address to the redirect back to the application; returns its query.
export async function authorize(gatehouse, { username, password, newPassword, visitor = new Visitor(), query = {} }) {
  const { challenge, verifier } = pkce();
  const parameters = {
    response_type: 'code', client_id: gatehouse.outputs.AppClientId, redirect_uri: `${gatehouse.site}/callback.html`,
    scope: 'openid email profile', state: 'state-1', nonce: 'nonce-1', code_challenge: challenge, code_challenge_method: 'S256', ...query,
  };
  let at = await visitor.visit(`${gatehouse.outputs.SignInUrl}/oauth2/authorize?${new URLSearchParams(parameters)}`);
  if (at.page !== undefined) at = await submit(visitor, at, { username, password });
  if (at.page !== undefined && newPassword !== undefined) {
    at = await submit(visitor, at, Object.fromEntries(passwordFields(at).map((name) => [name, newPassword])));
  }
  if (at.page !== undefined) throw new Error(`the sign-in ended on a page: ${at.page.replace(/\s+/g, ' ').slice(0, 800)}`);
  return { query: Object.fromEntries(new URL(at.url).searchParams), url: at.url, verifier, visitor };
}

export async function postJson(url, body, headers = {}) {
  const response = await fetch(url, {
    method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: text && response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : undefined };
}

// Signs in and exchanges the code through the application's public endpoint: { id_token, access_token, refresh_token }.
export async function signIn(gatehouse, who) {
  const { query, verifier, visitor } = await authorize(gatehouse, who);
  const exchanged = await postJson(`${gatehouse.outputs.ProxyApiUrl}/auth/exchange`, {
    code: query.code, redirect_uri: `${gatehouse.site}/callback.html`, code_verifier: verifier,
  });
  if (exchanged.status !== 200) throw new Error(`exchange: ${exchanged.status} ${exchanged.text}`);
  return { ...exchanged.body, visitor };
}

// Both users of the products application, signed in for the first time.
export async function signInEverybody(gatehouse, newPassword = 'Correct-Horse-7') {
  const [admin, user] = ['admin', 'user'].map((part) => gatehouse.users.find(({ username }) => username.includes(part)));
  return {
    admin: await signIn(gatehouse, { username: admin.username, password: admin.temporaryPassword, newPassword }),
    user: await signIn(gatehouse, { username: user.username, password: user.temporaryPassword, newPassword }),
    names: { admin: admin.username, user: user.username },
    password: newPassword,
  };
}
