"""JSON Schema of the status object, generated from the model: `python -m contract.schema > …/status.schema.json`."""

from __future__ import annotations

import json

from contract.job import JobStatus


def status_schema() -> str:
    """The schema as committed: stable key order, two spaces, one newline at the end."""
    return json.dumps(JobStatus.model_json_schema(mode="serialization"), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(status_schema(), end="")
