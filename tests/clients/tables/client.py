"""A DynamoDB client of Debian's boto3 for the suites beside it.

With GATEHOUSE_ENDPOINT (and AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) they run against what already serves there, else
against a Gatehouse of their own. Against AWS itself: GATEHOUSE_ENDPOINT=https://dynamodb.us-east-1.amazonaws.com
"""
import os
import unittest
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


class TablesCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        endpoint = os.environ.get("GATEHOUSE_ENDPOINT")
        environment = os.environ
        if not endpoint:
            from support.gatehouse import Gatehouse

            gatehouse = Gatehouse.start(template=None)
            cls.addClassCleanup(gatehouse.stop)
            endpoint, environment = gatehouse.endpoint, gatehouse.client_environment()
        arguments = {
            "endpoint_url": endpoint,
            "region_name": environment.get("AWS_DEFAULT_REGION", "us-east-1"),
            "aws_access_key_id": environment["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": environment["AWS_SECRET_ACCESS_KEY"],
            "config": Config(retries={"max_attempts": 1}, parameter_validation=False),
        }
        cls.client = boto3.client("dynamodb", **arguments)
        cls.resource = boto3.resource("dynamodb", **arguments)
        cls.tables = []
        cls.addClassCleanup(cls.delete_tables)

    @classmethod
    def delete_tables(cls):
        for name in cls.tables:
            try:
                cls.client.delete_table(TableName=name)
            except ClientError:
                pass

    @classmethod
    def make_table(cls, partition="S", sort=None, **settings):
        """A table of its own name with the keys "id" and, when wanted, "at"; ready for use."""
        name = "suite-" + uuid.uuid4().hex[:12]
        definitions = [{"AttributeName": "id", "AttributeType": partition}]
        schema = [{"AttributeName": "id", "KeyType": "HASH"}]
        if sort:
            definitions.append({"AttributeName": "at", "AttributeType": sort})
            schema.append({"AttributeName": "at", "KeyType": "RANGE"})
        settings.setdefault("BillingMode", "PAY_PER_REQUEST")
        cls.client.create_table(TableName=name, AttributeDefinitions=definitions, KeySchema=schema, **settings)
        cls.tables.append(name)
        cls.client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
        return name

    def refused(self, code, message, call, **arguments):
        """The call fails with this code and a message that has this text; returns the whole error."""
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        error = caught.exception.response
        self.assertEqual(error["Error"]["Code"], code, error)
        self.assertIn(message, error["Error"]["Message"])
        self.assertEqual(error["ResponseMetadata"]["HTTPStatusCode"], 400)
        return error
