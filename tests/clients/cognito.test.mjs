// Cognito's own API through the AWS SDK for JavaScript.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import * as aws from '../support/aws.mjs';
import { startGatehouse } from '../support/gatehouse.mjs';

let gatehouse;
let client;
let pool;

before(async () => {
  gatehouse = await startGatehouse();
  client = aws.cognito(gatehouse);
  pool = { UserPoolId: gatehouse.outputs.UserPoolId };
});
after(() => gatehouse?.stop());

const send = (Command, input) => client.send(new Command({ ...pool, ...input }));

test('an administrator makes, finds, groups and deletes a user', async () => {
  const made = await send(aws.AdminCreateUserCommand, {
    Username: 'carol', TemporaryPassword: 'Tempor4ry-Pass!', MessageAction: 'SUPPRESS',
    UserAttributes: [{ Name: 'email', Value: 'carol@example.com' }, { Name: 'email_verified', Value: 'true' }],
  });
  assert.equal(made.User.UserStatus, 'FORCE_CHANGE_PASSWORD');
  await assert.rejects(send(aws.AdminCreateUserCommand, { Username: 'carol' }), { name: 'UsernameExistsException' });
  await send(aws.AdminAddUserToGroupCommand, { Username: 'carol', GroupName: 'Admin' });
  const { Groups } = await send(aws.AdminListGroupsForUserCommand, { Username: 'carol' });
  assert.deepEqual(Groups.map((group) => group.GroupName), ['Admin']);
  const { Users } = await send(aws.ListUsersCommand, { Filter: 'email = "carol@example.com"' });
  assert.equal(Users.length, 1);
  await assert.rejects(send(aws.AdminSetUserPasswordCommand, { Username: 'carol', Password: 'short', Permanent: true }), { name: 'InvalidPasswordException' });
  await send(aws.AdminSetUserPasswordCommand, { Username: 'carol', Password: 'Permanent-Pass-1', Permanent: true });
  assert.equal((await send(aws.AdminGetUserCommand, { Username: 'carol' })).UserStatus, 'CONFIRMED');
  await send(aws.AdminDeleteUserCommand, { Username: 'carol' });
  await assert.rejects(send(aws.AdminGetUserCommand, { Username: 'carol' }), { name: 'UserNotFoundException' });
});

test('pools, clients and groups are described and listed', async () => {
  const { UserPool } = await send(aws.DescribeUserPoolCommand);
  assert.equal(UserPool.Id, pool.UserPoolId);
  const { UserPools } = await client.send(new aws.ListUserPoolsCommand({ MaxResults: 10 }));
  assert.ok(UserPools.some((listed) => listed.Id === pool.UserPoolId));
  const { UserPoolClients } = await send(aws.ListUserPoolClientsCommand, { MaxResults: 10 });
  assert.ok(UserPoolClients.some((listed) => listed.ClientId === gatehouse.outputs.AppClientId));
  const { Groups } = await send(aws.ListGroupsCommand);
  assert.deepEqual(Groups.map((group) => group.GroupName), ['Admin']);
});

test('calls without a good signature are refused, the public ones need none', async () => {
  const stranger = aws.cognito(gatehouse, { credentials: { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'x'.repeat(40) } });
  await assert.rejects(stranger.send(new aws.ListUserPoolsCommand({ MaxResults: 1 })), { name: 'UnrecognizedClientException' });
  const forger = aws.cognito(gatehouse, { credentials: { ...gatehouse.credentials, secretAccessKey: 'x'.repeat(40) } });
  await assert.rejects(forger.send(new aws.ListUserPoolsCommand({ MaxResults: 1 })), { name: 'InvalidSignatureException' });
  await assert.rejects(stranger.send(new aws.InitiateAuthCommand({
    ClientId: gatehouse.outputs.AppClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN: 'x' },
  })), (error) => ['NotAuthorizedException', 'InvalidParameterException'].includes(error.name));
});

test('admin sign-in goes through the new password challenge when the client allows the flow, else is refused', async () => {
  const { UserPoolClient } = await send(aws.DescribeUserPoolClientCommand, { ClientId: gatehouse.outputs.AppClientId });
  const hash = (name) => createHmac('sha256', UserPoolClient.ClientSecret).update(name + UserPoolClient.ClientId).digest('base64');
  await send(aws.AdminCreateUserCommand, { Username: 'dave', TemporaryPassword: 'Tempor4ry-Pass!', MessageAction: 'SUPPRESS',
    UserAttributes: [{ Name: 'email', Value: 'dave@example.com' }] });
  const attempt = send(aws.AdminInitiateAuthCommand, {
    ClientId: UserPoolClient.ClientId, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'dave', PASSWORD: 'Tempor4ry-Pass!', SECRET_HASH: hash('dave') },
  });
  if (!UserPoolClient.ExplicitAuthFlows?.includes('ALLOW_ADMIN_USER_PASSWORD_AUTH')) {
    await assert.rejects(attempt, { name: 'InvalidParameterException' });
    return;
  }
  const challenge = await attempt;
  assert.equal(challenge.ChallengeName, 'NEW_PASSWORD_REQUIRED');
});
