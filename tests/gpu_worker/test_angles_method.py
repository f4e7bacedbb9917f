"""The table of angles in `docs/method.md` says what the program does."""

from __future__ import annotations

from pathlib import Path

import pytest

from gpu_worker.angles import posture
from gpu_worker.angles.catalogue import QUANTITIES
from gpu_worker.angles.smoothing import effective_hz

METHOD = Path(__file__).parents[2] / "docs" / "method.md"
TABLE = [[cell.strip() for cell in line.strip("| ").split("|")] for line in METHOD.read_text("utf-8").splitlines()]


def test_every_signal_has_its_line_with_segment_reference_sign_range_and_singularity() -> None:
    lines = {row[0].split("`")[1]: row[1:] for row in TABLE if len(row) == 6 and row[0].startswith("`")}
    assert lines == {q.name: [q.segment, q.reference, q.positive, q.range, q.singular] for q in QUANTITIES}


def test_every_posture_class_has_its_rule() -> None:
    named = {row[0].replace("-", "_") for row in TABLE if len(row) == 2}
    assert set(posture.CLASSES) <= named


@pytest.mark.parametrize("tier", ["low", "medium", "high", "ultra"])
def test_bandwidth_of_each_tier_is_the_filters(tier: str) -> None:
    (row,) = [row for row in TABLE if len(row) == 4 and row[0] == f"`{tier}`"]
    rate, body, head = (float(cell.removesuffix(" Hz")) for cell in row[1:])
    assert (body, head) == pytest.approx((effective_hz(rate, 6.0), effective_hz(rate, 4.0)), abs=0.051)
