"""Tables themselves: made, described, listed, changed, tagged, deleted."""
import unittest

from clients.tables.client import TablesCase

KEYS = {"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}


class Tables(TablesCase):
    def test_a_table_lives_and_dies(self):
        name = self.make_table()
        described = self.client.describe_table(TableName=name)["Table"]
        self.assertEqual(described["TableStatus"], "ACTIVE")
        self.assertEqual(described["KeySchema"], KEYS["KeySchema"])
        self.assertEqual(described["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST")
        self.assertTrue(described["TableArn"].endswith(":table/" + name))
        self.assertEqual(described["CreationDateTime"].tzinfo is not None, True)
        self.refused("ResourceInUseException", "Table already exists: " + name, self.client.create_table, TableName=name,
                     BillingMode="PAY_PER_REQUEST", **KEYS)
        self.assertEqual(self.client.delete_table(TableName=name)["TableDescription"]["TableStatus"], "DELETING")
        self.client.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
        self.refused("ResourceNotFoundException", "Requested resource not found", self.client.describe_table, TableName=name)

    def test_tables_are_listed_in_pages(self):
        names = sorted(self.make_table() for _ in range(3))
        paginator = self.client.get_paginator("list_tables")
        listed = [name for page in paginator.paginate(PaginationConfig={"PageSize": 1}) for name in page["TableNames"]]
        self.assertEqual([name for name in listed if name in names], names)

    def test_a_protected_table_stays(self):
        if "DeletionProtectionEnabled" not in self.client.meta.service_model.shape_for("UpdateTableInput").members:
            self.skipTest("this botocore does not know the parameter")
        name = self.make_table()
        self.client.update_table(TableName=name, DeletionProtectionEnabled=True)
        self.refused("ValidationException", "protected against deletion", self.client.delete_table, TableName=name)
        self.client.update_table(TableName=name, DeletionProtectionEnabled=False)
        self.client.delete_table(TableName=name)

    def test_billing_changes(self):
        name = self.make_table(BillingMode="PROVISIONED", ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 2})
        described = self.client.describe_table(TableName=name)["Table"]
        self.assertEqual(described["ProvisionedThroughput"]["WriteCapacityUnits"], 2)
        self.client.update_table(TableName=name, BillingMode="PAY_PER_REQUEST")
        described = self.client.describe_table(TableName=name)["Table"]
        self.assertEqual(described["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST")
        self.assertEqual(described["ProvisionedThroughput"]["WriteCapacityUnits"], 0)

    def test_tags_come_and_go(self):
        name = self.make_table(Tags=[{"Key": "team", "Value": "blue"}])
        arn = self.client.describe_table(TableName=name)["Table"]["TableArn"]
        self.client.tag_resource(ResourceArn=arn, Tags=[{"Key": "stage", "Value": "dev"}])
        self.client.untag_resource(ResourceArn=arn, TagKeys=["team"])
        self.assertEqual(self.client.list_tags_of_resource(ResourceArn=arn)["Tags"], [{"Key": "stage", "Value": "dev"}])

    def test_bad_tables_are_refused(self):
        def create(code, message, **arguments):
            self.refused(code, message, self.client.create_table, **arguments)

        create("ValidationException", "Member must not be null", TableName="abc")
        create("ValidationException", "Member must satisfy enum value set", TableName="abc", BillingMode="FREE", **KEYS)
        create("ValidationException", "ReadCapacityUnits and WriteCapacityUnits must both be specified", TableName="abc", **KEYS)
        create("ValidationException", "'tableName' failed to satisfy constraint", TableName="a!", BillingMode="PAY_PER_REQUEST", **KEYS)


class NotYet(TablesCase):
    """What Gatehouse refuses because it is not there yet: never accepted and ignored."""

    def test_features_are_refused_by_name(self):
        for feature in ({"GlobalSecondaryIndexes": []}, {"LocalSecondaryIndexes": []}, {"StreamSpecification": {"StreamEnabled": True}},
                        {"SSESpecification": {"Enabled": True}}, {"ResourcePolicy": "{}"}):
            with self.subTest(feature=feature):
                parameter = next(iter(feature))
                if parameter in self.client.meta.service_model.operation_model("CreateTable").input_shape.members:
                    self.refused("ValidationException", parameter, self.client.create_table, TableName="abc",
                                 BillingMode="PAY_PER_REQUEST", **KEYS, **feature)


if __name__ == "__main__":
    unittest.main()
