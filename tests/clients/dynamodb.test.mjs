// DynamoDB through the AWS SDK for JavaScript, against an empty account.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as ddb from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../support/aws.mjs';
import { startGatehouse } from '../support/gatehouse.mjs';

let gatehouse;
let client;

before(async () => {
  gatehouse = await startGatehouse({ template: null });
  client = dynamodb(gatehouse);
});
after(() => gatehouse?.stop());

test('a table is made, filled, queried in pages, updated and deleted', async () => {
  const TableName = 'music';
  await client.send(new ddb.CreateTableCommand({
    TableName, BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'artist', AttributeType: 'S' }, { AttributeName: 'year', AttributeType: 'N' }],
    KeySchema: [{ AttributeName: 'artist', KeyType: 'HASH' }, { AttributeName: 'year', KeyType: 'RANGE' }],
  }));
  await ddb.waitUntilTableExists({ client, minDelay: 1, maxWaitTime: 10 }, { TableName });
  for (const year of [10, 9, -1, 100, 1.5]) {
    await client.send(new ddb.PutItemCommand({ TableName, Item: { artist: { S: 'a' }, year: { N: String(year) }, tags: { SS: ['x'] } } }));
  }
  const years = [];
  for await (const page of ddb.paginateQuery({ client, pageSize: 2 }, {
    TableName, KeyConditionExpression: 'artist = :a AND #y > :low',
    ExpressionAttributeNames: { '#y': 'year' }, ExpressionAttributeValues: { ':a': { S: 'a' }, ':low': { N: '-1' } },
  })) years.push(...page.Items.map((item) => item.year.N));
  assert.deepEqual(years, ['1.5', '9', '10', '100']);

  const updated = await client.send(new ddb.UpdateItemCommand({
    TableName, Key: { artist: { S: 'a' }, year: { N: '9' } }, ReturnValues: 'UPDATED_NEW',
    UpdateExpression: 'SET plays = if_not_exists(plays, :zero) + :one ADD tags :more',
    ExpressionAttributeValues: { ':zero': { N: '0' }, ':one': { N: '1' }, ':more': { SS: ['y'] } },
  }));
  assert.deepEqual(updated.Attributes, { plays: { N: '1' }, tags: { SS: ['x', 'y'] } });
  await assert.rejects(client.send(new ddb.PutItemCommand({
    TableName, Item: { artist: { S: 'a' }, year: { N: '9' } }, ConditionExpression: 'attribute_not_exists(artist)',
  })), { name: 'ConditionalCheckFailedException', message: 'The conditional request failed' });
  await assert.rejects(client.send(new ddb.GetItemCommand({ TableName, Key: { artist: { S: 'a' } } })), {
    name: 'ValidationException', message: 'The provided key element does not match the schema',
  });
  await assert.rejects(client.send(new ddb.GetItemCommand({ TableName: 'none', Key: { a: { S: 'a' } } })), { name: 'ResourceNotFoundException' });
  await client.send(new ddb.DeleteTableCommand({ TableName }));
  assert.deepEqual((await client.send(new ddb.ListTablesCommand({}))).TableNames, []);
});
