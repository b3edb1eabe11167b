"""The AWS CLI of Debian against a run of the products application, as the README shows it."""
import json
import os
import subprocess
import unittest

from support.gatehouse import Gatehouse


class AwsCli(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gatehouse = Gatehouse.start()
        cls.addClassCleanup(cls.gatehouse.stop)

    def aws(self, *arguments, fails=False):
        result = subprocess.run(["/usr/bin/aws", *arguments, "--endpoint-url", self.gatehouse.endpoint, "--output", "json"],
                                env=self.gatehouse.client_environment(), capture_output=True, text=True, timeout=60)
        if fails:
            self.assertNotEqual(result.returncode, 0, result.stdout)
            return result.stderr
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout) if result.stdout.strip() else None

    def stack(self):
        return self.aws("cloudformation", "describe-stacks")["Stacks"][0]

    def test_outputs_are_read_with_describe_stacks(self):
        stack = self.stack()
        self.assertIn(stack["StackStatus"], ("CREATE_COMPLETE", "UPDATE_COMPLETE"))
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        self.assertEqual(outputs, self.gatehouse.outputs)
        named = self.aws("cloudformation", "describe-stacks", "--stack-name", stack["StackName"])
        self.assertEqual(named["Stacks"][0]["StackId"], stack["StackId"])
        error = self.aws("cloudformation", "describe-stacks", "--stack-name", "no-such-stack", fails=True)
        self.assertIn("Stack with id no-such-stack does not exist", error)

    def test_resources_are_listed(self):
        name = self.stack()["StackName"]
        listed = self.aws("cloudformation", "list-stack-resources", "--stack-name", name)["StackResourceSummaries"]
        described = self.aws("cloudformation", "describe-stack-resources", "--stack-name", name)["StackResources"]
        self.assertEqual({r["LogicalResourceId"] for r in listed}, {r["LogicalResourceId"] for r in described})
        kinds = {r["ResourceType"] for r in listed}
        self.assertLessEqual({"AWS::DynamoDB::Table", "AWS::Lambda::Function", "AWS::Cognito::UserPool"}, kinds)

    def test_a_table_is_made_used_and_deleted(self):
        self.aws("dynamodb", "create-table", "--table-name", "Notes", "--billing-mode", "PAY_PER_REQUEST",
                 "--attribute-definitions", "AttributeName=id,AttributeType=S", "--key-schema", "AttributeName=id,KeyType=HASH")
        self.aws("dynamodb", "wait", "table-exists", "--table-name", "Notes")
        self.aws("dynamodb", "put-item", "--table-name", "Notes", "--item", '{"id":{"S":"1"},"text":{"S":"hello"}}')
        got = self.aws("dynamodb", "get-item", "--table-name", "Notes", "--key", '{"id":{"S":"1"}}')
        self.assertEqual(got["Item"]["text"], {"S": "hello"})
        self.assertIn("Notes", self.aws("dynamodb", "list-tables")["TableNames"])
        self.aws("dynamodb", "delete-table", "--table-name", "Notes")

    def test_the_crud_table_is_read(self):
        tables = self.aws("dynamodb", "list-tables")["TableNames"]
        self.assertTrue(tables)
        self.assertEqual(self.aws("dynamodb", "scan", "--table-name", tables[0])["Count"], 0)

    def test_secrets_are_described_and_read_with_the_root_credential(self):
        resources = self.aws("cloudformation", "list-stack-resources", "--stack-name", self.stack()["StackName"])["StackResourceSummaries"]
        secrets = [r["PhysicalResourceId"] for r in resources if r["ResourceType"] == "AWS::SecretsManager::Secret"]
        self.assertEqual(len(secrets), 2)
        for secret in secrets:
            self.assertTrue(self.aws("secretsmanager", "describe-secret", "--secret-id", secret)["ARN"])
            self.assertTrue(self.aws("secretsmanager", "get-secret-value", "--secret-id", secret)["SecretString"])

    def test_users_are_managed(self):
        pool = self.gatehouse.outputs["UserPoolId"]
        self.aws("cognito-idp", "admin-create-user", "--user-pool-id", pool, "--username", "eve", "--message-action", "SUPPRESS",
                 "--temporary-password", "Tempor4ry-Pass!")
        self.aws("cognito-idp", "admin-add-user-to-group", "--user-pool-id", pool, "--username", "eve", "--group-name", "Admin")
        groups = self.aws("cognito-idp", "admin-list-groups-for-user", "--user-pool-id", pool, "--username", "eve")["Groups"]
        self.assertEqual([group["GroupName"] for group in groups], ["Admin"])
        self.aws("cognito-idp", "admin-delete-user", "--user-pool-id", pool, "--username", "eve")

    def test_the_caller_is_told_who_it_is(self):
        self.assertTrue(self.aws("sts", "get-caller-identity")["Arn"].endswith(":root"))

    def test_logs_are_listed(self):
        self.assertIn("logGroups", self.aws("logs", "describe-log-groups"))

    def test_an_unknown_service_is_refused_in_words(self):
        self.assertIn("not implemented", self.aws("kms", "list-keys", fails=True) + self.aws("sqs", "list-queues", fails=True))

    def test_env_prints_what_clients_need(self):
        shown = subprocess.run([self.gatehouse.binary, "env", "--data", self.gatehouse.data], capture_output=True, text=True, timeout=30)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn(f"export AWS_ENDPOINT_URL='{self.gatehouse.endpoint}'", shown.stdout)
        self.assertIn(self.gatehouse.credentials["accessKeyId"], shown.stdout)

    def test_the_data_folder_is_private(self):
        for name in ("credentials.json", "key"):
            self.assertEqual(os.stat(os.path.join(self.gatehouse.data, name)).st_mode & 0o777, 0o600, name)


if __name__ == "__main__":
    unittest.main()
