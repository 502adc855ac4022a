"""The API as a whole: its endpoints, its answers, and the file that describes them."""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from canyu.api.answers import add_handlers
from canyu.api.endpoints import credits as credit_endpoints
from canyu.api.endpoints import (
    desk,
    meeting,
    pain_work,
    pains,
    plan,
    products,
    releases,
    reports,
    talk,
    tallies,
    topics,
    wall,
    words,
)
from canyu.api.keys import MemberKey, OptionalKey, WordsKey

NEEDED, OPTIONAL, OF_WORDS = MemberKey.__name__, OptionalKey.__name__, WordsKey.__name__


class Api(NinjaAPI):
    """Names operations after their functions, and says of a key whether it is needed."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return the name by which generated clients call an operation."""
        return operation.view_func.__name__

    def get_openapi_schema(self, **more: Any) -> OpenAPISchema:  # noqa: ANN401 - ninja's own
        """Return the OpenAPI file. A key that may be left out is one of two ways to ask."""
        schema = super().get_openapi_schema(**more)
        for name in (OPTIONAL, OF_WORDS):
            schema["components"]["securitySchemes"].pop(name, None)
        for operations in schema["paths"].values():
            for operation in operations.values():
                if operation.get("security") == [{OPTIONAL: []}]:
                    operation["security"] = [{}, {NEEDED: []}]
                elif operation.get("security") == [{OF_WORDS: []}]:
                    operation["security"] = [{NEEDED: []}]
        return schema


# No page with documents: those that come with the library load scripts from elsewhere, which our
# content policy forbids. docs/api.md has every endpoint with an example.
api = Api(
    title="Canyu",
    version="1",
    description=(
        "Everything that programs may ask of Canyu. Open products are read without a key; all else"
        " needs the key of a member in the header `Authorization: Bearer <key>`. Every no is"
        " `{error, status}`: a sentence, and the HTTP status once more."
    ),
    docs_url=None,
    urls_namespace="api",
)
add_handlers(api)
for family in (
    products,
    releases,
    credit_endpoints,
    reports,
    tallies,
    topics,
    talk,
    pains,
    pain_work,
    meeting,
    plan,
    wall,
    words,
    desk,
):
    api.add_router("", family.router)
