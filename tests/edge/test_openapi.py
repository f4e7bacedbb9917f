"""The committed API document is that of the code, and complete in itself."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import pytest

from local.edge import ROOT
from openapi import document
from routes import ROUTES

COMMITTED = ROOT / "docs/openapi.json"


def test_the_committed_document_is_that_of_the_code() -> None:
    assert COMMITTED.read_text() == document(), "run: python edge/openapi.py > docs/openapi.json"


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert json.loads(COMMITTED.read_text())["info"]["version"] == project["version"]


def test_every_reference_leads_somewhere() -> None:
    text = COMMITTED.read_text()
    whole = json.loads(text)
    names = set(re.findall(r'"\$ref": "#/components/schemas/(\w+)"', text))
    assert names <= set(whole["components"]["schemas"])
    assert '"#/$defs' not in text


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_operation_says_what_it_takes_and_answers(route: Any) -> None:
    operation = json.loads(COMMITTED.read_text())["paths"][route.path][route.method.lower()]
    declared = {entry["name"] for entry in operation.get("parameters", []) if entry["in"] == "path"}
    assert declared == set(re.findall(r"{(\w+)}", route.path))
    assert {str(route.status), "default"} <= set(operation["responses"])
    assert bool(operation["security"]) == route.needs_token
