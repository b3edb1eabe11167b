// The user pool as an OpenID provider, for openid-client and aws-jwt-verify, as applications use them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CognitoJwtVerifier, JwtRsaVerifier } from 'aws-jwt-verify';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import * as client from 'openid-client';
import { startGatehouse } from '../support/gatehouse.mjs';
import { authorize, signInEverybody } from '../support/sign_in.mjs';
import { cognito, DescribeUserPoolClientCommand } from '../support/aws.mjs';

let gatehouse;
let people;
let issuer;
let secret;

before(async () => {
  gatehouse = await startGatehouse();
  people = await signInEverybody(gatehouse);
  issuer = `${gatehouse.endpoint}/${gatehouse.outputs.UserPoolId}`;
  const { UserPoolClient } = await cognito(gatehouse).send(new DescribeUserPoolClientCommand({
    UserPoolId: gatehouse.outputs.UserPoolId, ClientId: gatehouse.outputs.AppClientId,
  }));
  secret = UserPoolClient.ClientSecret;
});
after(() => gatehouse?.stop());

const discover = (authentication) => client.discovery(new URL(issuer), gatehouse.outputs.AppClientId, undefined, authentication, {
  execute: [client.allowInsecureRequests],
});

for (const [name, authentication] of [['basic', (s) => client.ClientSecretBasic(s)], ['post', (s) => client.ClientSecretPost(s)]]) {
  test(`openid-client signs in, refreshes, reads the user and revokes (client_secret_${name})`, async () => {
    const config = await discover(authentication(secret));
    const started = await authorize(gatehouse, { username: people.names.user, password: people.password });
    const tokens = await client.authorizationCodeGrant(config, new URL(started.url), {
      pkceCodeVerifier: started.verifier, expectedState: 'state-1', expectedNonce: 'nonce-1', idTokenExpected: true,
    });
    const claims = tokens.claims();
    assert.equal(claims.token_use, 'id');
    assert.equal(claims.iss, issuer);

    const user = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
    assert.equal(user.sub, claims.sub);
    assert.ok(user.username);

    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
    assert.equal(refreshed.claims().sub, claims.sub);
    assert.equal(refreshed.refresh_token, undefined, 'no rotation unless the client asks for it');

    await client.tokenRevocation(config, tokens.refresh_token);
    await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token), { error: 'invalid_grant' });
    await assert.rejects(client.fetchUserInfo(config, tokens.access_token, claims.sub));
  });
}

test('a wrong client secret is invalid_client', async () => {
  const config = await discover(client.ClientSecretBasic('wrong'));
  await assert.rejects(client.refreshTokenGrant(config, people.user.refresh_token), { error: 'invalid_client' });
});

test('aws-jwt-verify accepts both tokens by the published keys, each in its own use', async () => {
  const jwksUri = `${issuer}/.well-known/jwks.json`;
  const { keys } = await (await fetch(jwksUri)).json();
  assert.equal(keys.length, 2);
  const verifier = JwtRsaVerifier.create({ issuer, audience: null, jwksUri }, {
    jwksCache: new SimpleJwksCache({ fetcher: { fetch: async (uri) => (await fetch(uri)).arrayBuffer() } }),
  });
  const id = await verifier.verify(people.admin.id_token);
  const access = await verifier.verify(people.admin.access_token);
  assert.equal(id.aud, gatehouse.outputs.AppClientId);
  assert.equal(id['cognito:username'], access.username);
  assert.equal(access.client_id, gatehouse.outputs.AppClientId);
  assert.deepEqual(access['cognito:groups'], ['Admin']);
  assert.deepEqual([access.aud, access.email, id.client_id, id.scope], [undefined, undefined, undefined, undefined]);
  assert.deepEqual(access.scope.split(' ').sort(), ['email', 'openid', 'profile']);
  const kid = (token) => JSON.parse(Buffer.from(token.split('.')[0], 'base64url')).kid;
  assert.notEqual(kid(people.admin.id_token), kid(people.admin.access_token));
  await assert.rejects(verifier.verify(`${people.admin.id_token.slice(0, -4)}AAAA`));
  // CognitoJwtVerifier insists on AWS's issuer address: it must refuse ours, not crash on it.
  const cognitoVerifier = CognitoJwtVerifier.create({ userPoolId: gatehouse.outputs.UserPoolId, tokenUse: 'access', clientId: gatehouse.outputs.AppClientId });
  cognitoVerifier.cacheJwks({ keys });
  await assert.rejects(cognitoVerifier.verify(people.admin.access_token), /issuer/i);
});

test('discovery names what is there', async () => {
  const document = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
  assert.equal(document.issuer, issuer);
  for (const name of ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'revocation_endpoint', 'end_session_endpoint']) {
    assert.ok(document[name].startsWith(gatehouse.outputs.SignInUrl), name);
  }
  assert.deepEqual(document.id_token_signing_alg_values_supported, ['RS256']);
});
