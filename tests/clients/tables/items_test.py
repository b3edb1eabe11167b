"""Items: written, read, changed, deleted; conditions, return values, capacity."""
import decimal
import unittest

from boto3.dynamodb.conditions import Attr
from boto3.dynamodb.types import Binary
from clients.tables.client import TablesCase


class Items(TablesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.name = cls.make_table()
        cls.table = cls.resource.Table(cls.name)

    def get(self, key):
        return self.table.get_item(Key={"id": key}, ConsistentRead=True).get("Item")

    def test_every_type_goes_there_and_back(self):
        item = {"id": "types", "text": "lämp 💡", "empty": "", "number": decimal.Decimal("-1.5E+3"), "no": None, "yes": True,
                "bytes": Binary(b"\x00\xff"), "list": ["a", decimal.Decimal(1), [None]], "map": {"deep": {"er": []}},
                "texts": {"b", "a"}, "numbers": {decimal.Decimal(1), decimal.Decimal("2.5")}, "blobs": {Binary(b"a")}}
        self.table.put_item(Item=item)
        self.assertEqual(self.get("types"), item)

    def test_numbers_keep_38_digits(self):
        for text, shown in (("12345678901234567890123456789012345678", None), ("1E-130", None), ("9.9E+125", None),
                            ("1.000", "1"), ("-0", "0"), ("0.00100", "0.001")):
            self.client.put_item(TableName=self.name, Item={"id": {"S": "n"}, "n": {"N": text}})
            got = self.client.get_item(TableName=self.name, Key={"id": {"S": "n"}})["Item"]["n"]["N"]
            self.assertEqual(decimal.Decimal(got), decimal.Decimal(text))
            if shown:
                self.assertEqual(got, shown)
        for text, message in (("1E126", "Number overflow"), ("1E-131", "Number underflow"), ("1" * 39, "more than 38 significant digits"),
                              ("one", "cannot be converted to a numeric value")):
            self.refused("ValidationException", message, self.client.put_item, TableName=self.name,
                         Item={"id": {"S": "n"}, "n": {"N": text}})

    def test_conditions_decide(self):
        self.table.put_item(Item={"id": "c", "n": 1}, ConditionExpression=Attr("id").not_exists())
        self.refused("ConditionalCheckFailedException", "The conditional request failed", self.table.put_item, Item={"id": "c"},
                     ConditionExpression=Attr("id").not_exists())
        self.table.delete_item(Key={"id": "c"}, ConditionExpression=Attr("n").between(0, 1) & ~Attr("x").exists())
        self.assertIsNone(self.get("c"))

    def test_updates_change_in_place(self):
        self.table.put_item(Item={"id": "u", "n": 1, "list": [1, 2], "map": {"a": 1}, "tags": {"x"}})
        result = self.table.update_item(
            Key={"id": "u"}, ReturnValues="ALL_NEW",
            UpdateExpression="SET n = n + :one, #m.b = if_not_exists(#m.b, :one), #l = list_append(#l, :more) REMOVE #m.a ADD tags :tag",
            ExpressionAttributeNames={"#m": "map", "#l": "list"},
            ExpressionAttributeValues={":one": 1, ":more": [3], ":tag": {"y"}})
        self.assertEqual(result["Attributes"], {"id": "u", "n": 2, "list": [1, 2, 3], "map": {"b": 1}, "tags": {"x", "y"}})
        result = self.table.update_item(Key={"id": "u"}, UpdateExpression="DELETE tags :t SET n = :n", ReturnValues="UPDATED_OLD",
                                        ExpressionAttributeValues={":t": {"x", "y"}, ":n": 9})
        self.assertEqual(result["Attributes"], {"tags": {"x", "y"}, "n": 2})
        self.assertNotIn("tags", self.get("u"))

    def test_counters_lose_nothing(self):
        from concurrent.futures import ThreadPoolExecutor

        def add(_):
            self.client.update_item(TableName=self.name, Key={"id": {"S": "counter"}}, UpdateExpression="ADD n :one",
                                    ExpressionAttributeValues={":one": {"N": "1"}})

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(add, range(200)))
        self.assertEqual(self.get("counter")["n"], 200)

    def test_return_values(self):
        self.assertNotIn("Attributes", self.table.put_item(Item={"id": "r", "n": 1}, ReturnValues="ALL_OLD"))
        self.assertEqual(self.table.put_item(Item={"id": "r", "n": 2}, ReturnValues="ALL_OLD")["Attributes"], {"id": "r", "n": 1})
        self.assertEqual(self.table.delete_item(Key={"id": "r"}, ReturnValues="ALL_OLD")["Attributes"], {"id": "r", "n": 2})
        self.refused("ValidationException", "ReturnValues can only be ALL_OLD or NONE", self.table.put_item, Item={"id": "r"},
                     ReturnValues="ALL_NEW")

    def test_projections_keep_the_shape(self):
        self.table.put_item(Item={"id": "p", "a": {"b": [0, 1, 2], "c": 1}, "d": 1})
        got = self.table.get_item(Key={"id": "p"}, ProjectionExpression="a.b[2], a.b[0], d")["Item"]
        self.assertEqual(got, {"a": {"b": [0, 2]}, "d": 1})

    def test_capacity_is_reported(self):
        put = self.table.put_item(Item={"id": "cap", "v": "x" * 5000}, ReturnConsumedCapacity="TOTAL")
        self.assertEqual(put["ConsumedCapacity"], {"TableName": self.name, "CapacityUnits": 5.0})
        for consistent, units in ((False, 1.0), (True, 2.0)):
            got = self.table.get_item(Key={"id": "cap"}, ConsistentRead=consistent, ReturnConsumedCapacity="TOTAL")
            self.assertEqual(got["ConsumedCapacity"]["CapacityUnits"], units)
        got = self.table.get_item(Key={"id": "none"}, ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"]
        self.assertEqual(got, {"TableName": self.name, "CapacityUnits": 0.5, "Table": {"CapacityUnits": 0.5}})

    def test_nesting_ends_at_32(self):
        value = "x"
        for _ in range(32):
            value = [value]
        self.table.put_item(Item={"id": "deep", "v": value})
        self.assertEqual(self.get("deep")["v"], value)
        self.refused("ValidationException", "Nesting Levels have exceeded supported limits", self.table.put_item,
                     Item={"id": "deep", "v": [value]})

    def test_bad_requests_are_refused(self):
        key = {"id": {"S": "x"}}
        cases = [
            (self.client.get_item, {"Key": {"id": {"N": "1"}}}, "The provided key element does not match the schema"),
            (self.client.get_item, {"Key": {"id": {"S": ""}}}, "cannot contain an empty string value. Key: id"),
            (self.client.put_item, {"Item": {"n": {"N": "1"}}}, "Missing the key id in the item"),
            (self.client.put_item, {"Item": {"id": {"S": "x"}, "v": {}}}, "Supplied AttributeValue is empty"),
            (self.client.put_item, {"Item": {"id": {"S": "x"}, "v": {"SS": ["a", "a"]}}}, "contains duplicates"),
            (self.client.put_item, {"Item": {"id": {"S": "x"}, "v": {"S": "y" * 410_000}}}, "Item size has exceeded the maximum allowed size"),
            (self.client.update_item, {"Key": key, "UpdateExpression": "SET name = :v", "ExpressionAttributeValues": {":v": {"S": "x"}}},
             "Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: name"),
            (self.client.update_item, {"Key": key, "UpdateExpression": "SET a = :v", "ExpressionAttributeValues": {":x": {"S": "x"}}},
             "An expression attribute value used in expression is not defined; attribute value: :v"),
            (self.client.update_item, {"Key": key, "UpdateExpression": "SET a = :v", "ExpressionAttributeValues": {":v": {"S": "x"}, ":w": {"S": "x"}}},
             "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}"),
            (self.client.update_item, {"Key": key, "UpdateExpression": "SET a :v", "ExpressionAttributeValues": {":v": {"S": "x"}}},
             'Invalid UpdateExpression: Syntax error; token: ":v", near: "a :v"'),
            (self.client.update_item, {"Key": key, "UpdateExpression": "SET id = :v", "ExpressionAttributeValues": {":v": {"S": "x"}}},
             "Cannot update attribute id. This attribute is part of the key"),
            (self.client.delete_item, {"Key": key, "Expected": {"a": {"Exists": False}}}, "Expected"),
        ]
        for call, arguments, message in cases:
            with self.subTest(message=message):
                self.refused("ValidationException", message, call, TableName=self.name, **arguments)
        self.refused("ResourceNotFoundException", "Requested resource not found", self.client.get_item, TableName="no-such-table", Key=key)


class Many(TablesCase):
    """Queries, scans, batches and transactions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.name = cls.make_table(sort="N")
        cls.table = cls.resource.Table(cls.name)
        with cls.table.batch_writer() as batch:
            for at in range(60):
                batch.put_item(Item={"id": "a" if at % 2 else "b", "at": at, "third": at % 3 == 0})

    def sort_keys(self, operation, **arguments):
        pages = self.client.get_paginator(operation).paginate(TableName=self.name, **arguments)
        return [int(item["at"]["N"]) for page in pages for item in page["Items"]]

    def test_a_query_pages_both_ways(self):
        condition = {"KeyConditionExpression": "id = :id AND #at BETWEEN :low AND :high", "ExpressionAttributeNames": {"#at": "at"},
                     "ExpressionAttributeValues": {":id": {"S": "a"}, ":low": {"N": "10"}, ":high": {"N": "40"}}}
        expected = [at for at in range(10, 41) if at % 2]
        self.assertEqual(self.sort_keys("query", PaginationConfig={"PageSize": 7}, **condition), expected)
        self.assertEqual(self.sort_keys("query", ScanIndexForward=False, PaginationConfig={"PageSize": 4}, **condition), expected[::-1])

    def test_a_filter_counts_afterwards(self):
        page = self.client.query(TableName=self.name, KeyConditionExpression="id = :id", FilterExpression="third = :t", Limit=10,
                                 ExpressionAttributeValues={":id": {"S": "a"}, ":t": {"BOOL": True}})
        self.assertEqual((page["Count"], page["ScannedCount"]), (len(page["Items"]), 10))
        self.assertEqual({int(item["at"]["N"]) % 3 for item in page["Items"]}, {0})

    def test_scans_cover_everything_once(self):
        self.assertEqual(sorted(self.sort_keys("scan", PaginationConfig={"PageSize": 11})), list(range(60)))
        parts = [at for segment in range(4) for at in self.sort_keys("scan", Segment=segment, TotalSegments=4)]
        self.assertEqual(sorted(parts), list(range(60)))
        self.assertEqual(self.client.scan(TableName=self.name, Select="COUNT")["Count"], 60)

    def test_batches_read(self):
        keys = [{"id": {"S": "a"}, "at": {"N": str(at)}} for at in (1, 3, 999)]
        got = self.client.batch_get_item(RequestItems={self.name: {"Keys": keys}})
        self.assertEqual(sorted(int(item["at"]["N"]) for item in got["Responses"][self.name]), [1, 3])
        self.assertEqual(got["UnprocessedKeys"], {})

    def test_transactions_are_whole(self):
        name = self.make_table()
        put = {"Put": {"TableName": name, "Item": {"id": {"S": "1"}}, "ConditionExpression": "attribute_not_exists(id)"}}
        other = {"Put": {"TableName": name, "Item": {"id": {"S": "2"}}}}
        self.client.transact_write_items(TransactItems=[put], ClientRequestToken="one")
        self.client.transact_write_items(TransactItems=[put], ClientRequestToken="one")
        error = self.refused("TransactionCanceledException", "[None, ConditionalCheckFailed]", self.client.transact_write_items,
                             TransactItems=[other, put])
        self.assertEqual([reason["Code"] for reason in error["CancellationReasons"]], ["None", "ConditionalCheckFailed"])
        got = self.client.transact_get_items(TransactItems=[{"Get": {"TableName": name, "Key": {"id": {"S": key}}}} for key in "12"])
        self.assertEqual(got["Responses"], [{"Item": {"id": {"S": "1"}}}, {}])
        self.refused("IdempotentParameterMismatchException", "client token", self.client.transact_write_items, TransactItems=[other],
                     ClientRequestToken="one")


if __name__ == "__main__":
    unittest.main()
