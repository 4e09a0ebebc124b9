#!/usr/bin/env python3
"""Checks a document against a schema of Google's own description of Compute Engine.

usage: check_discovery_body.py SCHEMA < document.json

Says each member that the schema does not have and each value of another type, and exits with 1.
Needs google-api-python-client, whose package brings the description.
"""
import json
import pathlib
import re
import sys

import googleapiclient

DOCUMENT = (pathlib.Path(googleapiclient.__file__).parent
            / "discovery_cache/documents/compute.v1.json")
SCHEMAS = json.loads(DOCUMENT.read_text())["schemas"]
TYPES = {"string": str, "boolean": bool, "object": dict, "array": list,
         "integer": int, "number": (int, float)}


def problems(value, schema, path):
    if "$ref" in schema:
        schema = SCHEMAS[schema["$ref"]]
    expected = TYPES[schema["type"]]
    is_boolean = isinstance(value, bool)
    if not isinstance(value, expected) or is_boolean != (expected is bool):
        yield f"{path}: expected {schema['type']}, got {json.dumps(value)}"
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{path}: {value} is none of {', '.join(schema['enum'])}"
    elif schema.get("format") in ("int64", "uint64") and not re.fullmatch("-?[0-9]+", value):
        yield f"{path}: expected a number in a string, got {value}"
    elif schema["type"] == "array":
        for index, item in enumerate(value):
            yield from problems(item, schema["items"], f"{path}[{index}]")
    elif schema["type"] == "object":
        yield from problems_of_members(value, schema, path)


def problems_of_members(value, schema, path):
    known = schema.get("properties", {})
    for name, member in value.items():
        of_member = known.get(name, schema.get("additionalProperties"))
        if of_member is None:
            yield f"{path}: has no member {name}"
        else:
            yield from problems(member, of_member, f"{path}.{name}")


def main():
    found = list(problems(json.load(sys.stdin), {"$ref": sys.argv[1]}, sys.argv[1]))
    print("\n".join(found) or "ok")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
