// Where the sign-in page sends the browser back to: checks the state, exchanges the code, checks the nonce.

import { callAuth, claimsOf, config, storeTokens } from './session.js';
import { element, showError } from './messages.js';

const OAUTH_ERRORS = {
  access_denied: 'The sign-in was cancelled.',
  invalid_scope: 'This site asks for a permission that it may not have.',
  server_error: 'The sign-in service has a problem right now.',
};

async function finishSignIn() {
  const answer = new URLSearchParams(location.search);
  history.replaceState(null, '', location.pathname); // the code must not stay in the history

  const key = `sign_in:${answer.get('state')}`;
  const started = JSON.parse(sessionStorage.getItem(key) ?? 'null');
  sessionStorage.removeItem(key);
  if (started === null) throw new Error('This sign-in was not started here, or it was finished already. Please start again.');

  if (answer.has('error')) {
    throw new Error(OAUTH_ERRORS[answer.get('error')] ?? answer.get('error_description') ?? `The sign-in failed: ${answer.get('error')}.`);
  }
  if (!answer.get('code')) throw new Error('The sign-in page sent no code. Please start again.');

  const { siteUrl } = await config();
  const tokens = await callAuth('exchange', {
    code: answer.get('code'), redirect_uri: `${siteUrl}/callback.html`, code_verifier: started.verifier,
  });
  if (claimsOf(tokens.id_token).nonce !== started.nonce) {
    throw new Error('The answer belongs to another sign-in (its nonce differs). Please start again.');
  }
  storeTokens(tokens);

  const target = new URL(started.returnTo, location.origin);
  location.replace(target.origin === location.origin ? target : 'index.html');
}

finishSignIn().catch((failure) => {
  element('status').textContent = '';
  showError(element('error'), failure.message);
  element('back').hidden = false;
});
