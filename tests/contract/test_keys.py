"""Object keys: whatever a file is called, its key is one of ours and can be read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import keys
from contract.job import ArtifactKind
from contract.keys import MalformedKey

JOB = "Job_id-of-22-characters"[:22]


@given(st.text())
def test_any_name_gives_a_key_that_can_be_read_back(name: str) -> None:
    clean = name.encode("utf-8", "ignore").decode()
    found = keys.parse_upload(keys.upload(JOB, clean))
    assert found.job_id == JOB
    assert found.name == keys.safe_name(clean) == keys.safe_name(found.name)
    assert len(found.name.encode()) <= keys.MAX_NAME_BYTES
    assert not set(found.name) & set('/\\\x00"<>')


def test_the_ending_survives_shortening() -> None:
    assert keys.safe_name("a" * 400 + ".mp4").endswith("aaa.mp4")


@pytest.mark.parametrize(
    "key", ["uploads/short/a.mp4", f"uploads/{JOB}/", f"uploads/{JOB}/a/b", f"jobs/{JOB}.json", ""]
)
def test_a_key_that_is_not_an_uploads_is_refused(key: str) -> None:
    with pytest.raises(MalformedKey):
        keys.parse_upload(key)


def test_results_lie_under_their_run_and_are_called_after_the_video() -> None:
    key = keys.result(JOB, 2, "nonce", "Chůze 1.MOV", ArtifactKind.OVERLAY)
    assert key == f"results/{JOB}/2-nonce/Chůze 1.overlay.mp4"
    assert key.startswith(keys.results_of_run(JOB, 2, "nonce"))
    assert any(key.startswith(prefix) for prefix in keys.job_prefixes(JOB))
