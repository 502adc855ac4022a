"""The file that describes the API, and the page that explains it."""

import json
import re
from functools import cache
from typing import Any

import pytest

from canyu.api.api import api
from tests.api.programs import Program
from tests.house.reading import ROOT

METHODS = {"get", "put", "post", "patch", "delete"}
DOC = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


@cache
def described() -> dict[str, Any]:
    """What the API says of itself."""
    return api.get_openapi_schema()


def endpoints() -> set[tuple[str, str]]:
    paths: dict[str, dict[str, Any]] = described()["paths"]
    return {(verb.upper(), path) for path, verbs in paths.items() for verb in METHODS & set(verbs)}


def explained() -> set[tuple[str, str]]:
    return set(re.findall(r"^`(GET|PUT|POST) (/api/v1/[^`?]*)", DOC, re.MULTILINE))


def test_the_file_is_served_to_anybody(stranger: Program) -> None:
    said = stranger.get("/openapi.json").json()
    assert len(said["paths"]) == len({path for _, path in endpoints()}) == 30
    assert "MemberKey" in said["components"]["securitySchemes"]


def test_there_is_no_page_that_loads_scripts_from_elsewhere(stranger: Program) -> None:
    assert stranger.get("/docs").status_code == 404


def test_every_endpoint_is_explained_and_explained_ones_exist() -> None:
    assert explained() == endpoints()


def test_every_example_in_json_can_be_read() -> None:
    examples = re.findall(r"```json\n(.*?)\n```", DOC, re.DOTALL)
    assert len(examples) > 10
    for example in examples:
        json.loads(example)


@pytest.mark.parametrize(("method", "path"), sorted(explained()))
def test_every_endpoint_says_what_it_does_and_what_it_refuses(method: str, path: str) -> None:
    operation = described()["paths"][path][method.lower()]
    assert operation["description"].endswith(".")
    assert {"200", "201"} & set(map(str, operation["responses"]))
    assert "401" in map(str, operation["responses"])
    needs_key = operation["security"] == [{"MemberKey": []}]
    # Asked by post all the same: what people type is in no log of addresses.
    is_asking = method == "GET" or path.endswith("/alike")
    assert needs_key == (not is_asking or path.endswith(("/report", "/answers", "/desk")))


def test_the_examples_have_the_fields_of_the_answers() -> None:
    """An example that misses a field, or has one too many, misleads."""
    schemas = described()["components"]["schemas"]
    known = {field for schema in schemas.values() for field in schema.get("properties", {})}
    missing = {field for field in known if f'"{field}"' not in DOC and f"`{field}`" not in DOC}
    assert missing == set()
