"""The codes that callers meet are written down."""

from __future__ import annotations

import re

from contract.failures import FailureCode
from local.edge import ROOT

DOCUMENT = (ROOT / "docs/operations.md").read_text()
SECTION = DOCUMENT.partition("## Codes")[2].partition("\n## ")[0]


def test_every_code_of_a_failure_or_refusal_is_documented() -> None:
    source = "".join(file.read_text() for file in sorted((ROOT / "edge").glob("*.py")))
    refusals = set(re.findall(r"""Problem\(\s*\d{3}, "(\w+)\"""", source))
    assert len(refusals) > 10
    assert refusals | {str(code) for code in FailureCode} == set(re.findall(r"`([a-z_]+)`", SECTION)) - {
        "code", "failure", "limit_bytes", "faults", "retry_after_s", "reference",
    }  # fmt: skip
