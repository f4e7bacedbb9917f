"""The API's OpenAPI 3.1 document, from its routes and models: `python edge/openapi.py > docs/openapi.json`."""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic.json_schema import models_json_schema

from api import ProblemDocument
from health import VERSION
from routes import ROUTES, Route

_MODELS = "#/components/schemas/{model}"
_TOKEN = "jobToken"
_MEANINGS = {
    200: "Done",
    201: "Created",
    202: "Accepted; it goes on in the background",
    204: "Done, nothing to say",
    401: "No token was sent",
    403: "The signature is wrong",
    404: "No job with this id and token",
    409: "The job's state does not allow this",
    413: "The file is larger than the service accepts",
    422: "The request is not as described here",
    429: "Too many jobs were started from this address; come again later",
    503: "Not able to work now",
}


def document() -> str:
    """The document as committed: two spaces, one newline at the end."""
    taken = {route.takes for route in ROUTES if route.takes}
    answered = {route.answers for route in ROUTES if route.answers} | {ProblemDocument}
    wanted = [(model, "validation") for model in taken] + [(model, "serialization") for model in answered]
    wanted.sort(key=lambda entry: entry[0].__name__)
    _, schemas = models_json_schema(wanted, ref_template=_MODELS)  # type: ignore[arg-type]
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "Poloha", "version": VERSION, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas["$defs"].items())),
            "securitySchemes": {_TOKEN: {"type": "http", "scheme": "bearer"}},
        },
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _operation_id(route),
        "summary": route.summary,
        "security": [{_TOKEN: []}] if route.needs_token else [],
        "responses": _responses(route),
    }
    in_path = [_parameter(name, "path") for name in re.findall(r"{(\w+)}", route.path)]
    parameters = in_path + [_parameter(name, "query") for name in route.query]
    if parameters:
        operation["parameters"] = parameters
    if route.takes:
        operation["requestBody"] = {"required": True, "content": _content(route.takes.__name__)}
    return operation


def _operation_id(route: Route) -> str:
    words = re.findall(r"[a-z]+", route.path.removeprefix("/api/").replace("{job_id}", "job"))
    return "_".join([route.method.lower(), *words])


def _parameter(name: str, where: str) -> dict[str, Any]:
    return {"name": name, "in": where, "required": True, "schema": {"type": "string"}}


def _responses(route: Route) -> dict[str, Any]:
    content = {"content": _content(route.answers.__name__)} if route.answers else {}
    problem = {"content": _content(ProblemDocument.__name__, "application/problem+json")}
    answers = {str(code): {"description": _MEANINGS[code], **content} for code in (route.status, *route.also)}
    problems = {str(code): {"description": _MEANINGS[code], **problem} for code in route.problems}
    return answers | problems | {"default": {"description": "Any other problem", **problem}}


def _content(model: str, media_type: str = "application/json") -> dict[str, Any]:
    return {media_type: {"schema": {"$ref": _MODELS.format(model=model)}}}


if __name__ == "__main__":
    print(document(), end="")
