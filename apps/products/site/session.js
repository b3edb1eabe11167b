// Who is signed in: sign-in by authorization code with PKCE, tokens in local storage, refresh, sign-out.

const TOKEN_NAMES = ['id_token', 'access_token', 'refresh_token'];
const REFRESH_BEFORE_EXPIRY_S = 30;

// A failure that the page shows in words. `status` is the HTTP status, 0 when there was no answer.
export class Failure extends Error {
  constructor(message, { status = 0, fields = [] } = {}) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

let loadedConfig;
export function config() {
  loadedConfig ??= (async () => {
    const response = await fetch('config.json', { cache: 'no-cache' });
    if (!response.ok) throw new Failure(`The site's configuration could not be read (${response.status}).`);
    return response.json();
  })();
  loadedConfig.catch(() => { loadedConfig = undefined; });
  return loadedConfig;
}

// ---- Tokens

export const hasTokens = () => localStorage.getItem('access_token') !== null;

export function storeTokens(tokens) {
  for (const name of TOKEN_NAMES) if (tokens[name]) localStorage.setItem(name, tokens[name]);
}

function clearTokens() {
  for (const name of TOKEN_NAMES) localStorage.removeItem(name);
}

// The claims of a token that came from our own API; the API checks signatures, the page only reads.
export function claimsOf(token) {
  try {
    const bytes = Uint8Array.from(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return {};
  }
}

export function currentUser() {
  const id = claimsOf(localStorage.getItem('id_token') ?? '');
  const access = claimsOf(localStorage.getItem('access_token') ?? '');
  return {
    name: id.email ?? id['cognito:username'] ?? access.username ?? '',
    isAdmin: Array.isArray(access['cognito:groups']) && access['cognito:groups'].includes('Admin'),
  };
}

const expiresSoon = (token) => (claimsOf(token).exp ?? 0) - REFRESH_BEFORE_EXPIRY_S <= Date.now() / 1000;

// ---- Sign-in and sign-out

const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const randomText = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

// Leaves for the sign-in page. The page that the user is on is where they come back to.
export async function signIn() {
  const { siteUrl, signInUrl, clientId } = await config();
  const state = randomText();
  const nonce = randomText();
  const verifier = randomText();
  const challenge = base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
  sessionStorage.removeItem('signed_out');
  sessionStorage.setItem(`sign_in:${state}`, JSON.stringify({
    nonce, verifier, returnTo: location.pathname + location.search + location.hash,
  }));
  const query = new URLSearchParams({
    response_type: 'code', client_id: clientId, redirect_uri: `${siteUrl}/callback.html`, scope: 'openid email profile',
    state, nonce, code_challenge: challenge, code_challenge_method: 'S256',
  });
  location.assign(`${signInUrl}/oauth2/authorize?${query}`);
  return new Promise(() => {}); // the page is leaving: nothing after this runs
}

export async function signOut() {
  const { siteUrl, signInUrl, clientId } = await config();
  const refreshToken = localStorage.getItem('refresh_token');
  let note = 'Signed out';
  try {
    if (refreshToken) await callAuth('logout', { refresh_token: refreshToken });
  } catch (failure) {
    note = `Signed out here, but the session could not be ended on the server: ${failure.message}`;
  }
  clearTokens();
  sessionStorage.setItem('signed_out', note);
  location.assign(`${signInUrl}/logout?${new URLSearchParams({ client_id: clientId, logout_uri: `${siteUrl}/index.html` })}`);
  return new Promise(() => {});
}

// ---- Calls

async function send(url, options) {
  try {
    return await fetch(url, { ...options, cache: 'no-store' });
  } catch {
    throw new Failure(navigator.onLine ? 'The server cannot be reached. Try again in a moment.' : 'You are offline.');
  }
}

async function bodyOf(response) {
  const text = await response.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure(`The server's answer could not be read (${response.status}).`, { status: response.status });
  }
}

function failureOf(response, body) {
  const words = {
    429: 'Too many requests: wait a moment, then try again.',
    502: 'The service has a problem right now. Try again in a moment.',
    503: 'The service is busy right now. Try again in a moment.',
    504: 'The service took too long to answer. Try again in a moment.',
  };
  const message = words[response.status] ?? body?.message ?? body?.error_description ?? body?.error ??
    `The server answered ${response.status}.`;
  return new Failure(message, { status: response.status, fields: body?.errors ?? [] });
}

// The public endpoints: exchange, refresh, logout.
export async function callAuth(action, members) {
  const { apiUrl } = await config();
  const response = await send(`${apiUrl}/auth/${action}`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(members),
  });
  const body = await bodyOf(response);
  if (!response.ok) throw failureOf(response, body);
  return body;
}

// A usable access token. `rejected` is one that the API has just refused. One refresh serves every request and tab
// that waits: whoever holds the lock looks at the storage again first, since another tab may have refreshed.
async function accessToken(rejected) {
  const usable = () => {
    const token = localStorage.getItem('access_token');
    return token !== null && token !== rejected && !expiresSoon(token) ? token : undefined;
  };
  return usable() ?? navigator.locks.request('refresh', async () => {
    const refreshed = usable();
    if (refreshed) return refreshed;
    const refreshToken = localStorage.getItem('refresh_token');
    if (refreshToken === null) return signIn();
    try {
      storeTokens(await callAuth('refresh', { refresh_token: refreshToken }));
    } catch (failure) {
      if (failure.status !== 400 && failure.status !== 401) throw failure; // the session may well be alive
      clearTokens();
      return signIn();
    }
    return localStorage.getItem('access_token');
  });
}

// Calls the products API; refreshes the token when it must, signs in again when that fails.
export async function callApi(method, path, product) {
  const { apiUrl } = await config();
  let rejected;
  for (;;) {
    const token = await accessToken(rejected);
    const response = await send(apiUrl + path, {
      method,
      headers: { Authorization: `Bearer ${token}`, ...(product && { 'Content-Type': 'application/json' }) },
      body: product && JSON.stringify(product),
    });
    if (response.status === 401) {
      if (rejected !== undefined) {
        clearTokens();
        return signIn();
      }
      rejected = token;
      continue;
    }
    const body = await bodyOf(response);
    if (!response.ok) throw failureOf(response, body);
    return body;
  }
}
