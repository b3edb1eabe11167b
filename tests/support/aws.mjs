// Clients of the AWS SDK for JavaScript, pointed at a Gatehouse.

import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

const settings = (gatehouse) => ({
  endpoint: gatehouse.endpoint,
  region: 'us-east-1',
  credentials: gatehouse.credentials,
  maxAttempts: 1,
});

export const cognito = (gatehouse, more) => new CognitoIdentityProviderClient({ ...settings(gatehouse), ...more });
export const dynamodb = (gatehouse, more) => new DynamoDBClient({ ...settings(gatehouse), ...more });
export * from '@aws-sdk/client-cognito-identity-provider';
