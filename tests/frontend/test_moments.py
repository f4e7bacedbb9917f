"""What the page says of the worst moments, held to all that the worker can find."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from gpu_worker.ergonomics import en1005_4, iso11226
from gpu_worker.ergonomics.analysis import Moment
from gpu_worker.ergonomics.nv361.rules import REGIONS, TRACKS
from gpu_worker.ergonomics.signals import Combine
from gpu_worker.ergonomics.standards_time import sided
from gpu_worker.ergonomics.worst import PEAKS, UNITS, Side
from gpu_worker.report.catalogue import LANGUAGES, Language, catalogue
from gpu_worker.report.texts import part_side, region_text
from tests.frontend.ask import ask_page

NO_MOMENTS = {"time"}
"""Messages of the report's catalogue that are named like a moment's sentence and are none."""
STANDARDS = ("hold_past_limit", "hold_not_recommended", "movement_refused")
LOW = "low_posture"


def moment(method: str, part: str, side: Side, sentence: str, **values: float | str) -> Moment:
    return Moment(
        method=method, part=part, side=side, kind="peak", time_s=61.0, start_s=60.0, end_s=62.0,
        sentence=sentence, values=values,
    )  # fmt: skip


def angle(name: str, combine: Combine) -> dict[str, float]:
    """An angle as the worker gives it: degrees, degrees past what is tolerated, or percent of a joint's range."""
    return {f"{name}_{UNITS.get(combine, 'deg')}": 42.0}


def told_by_page(moments: list[Moment], folder: Path) -> dict[str, list[dict[str, str]]]:
    """What the page says of an analysis with these moments, by language."""
    analysis = folder / "sample.analysis.json"
    analysis.write_text(json.dumps({"worst_moments": [one.model_dump(mode="json") for one in moments]}))
    told: dict[str, list[dict[str, str]]] = ask_page("moments", str(analysis))
    return told


def of_standards(sentence: str) -> Iterator[Moment]:
    """A refusal of every part on each of its sides."""
    rules = [("iso11226", rule) for rule in iso11226.RULES.parts]
    for method, rule in [*rules, *(("en1005_4", table) for table in en1005_4.RULES.tables)]:
        for side, _ in sided(rule.signals, rule.combine):
            held = {"seconds": 70.0, "limit_s": 65.0, **angle("mean", rule.combine)}
            moved = {"per_min": 3.0, **angle("angle", rule.combine)}
            yield moment(method, rule.part, side, sentence, **(moved if sentence == "movement_refused" else held))


def of_scores() -> Iterator[Moment]:
    """RULA and REBA judge each side, OWAS the whole body."""
    for method in ("rula", "reba"):
        yield moment(method, "body", "left", "highest_score", score=7.0, seconds=3.0)
        yield moment(method, "body", "right", "highest_score", score=6.0, seconds=3.0)
    yield moment("owas", "body", "both", "highest_score", score=4.0, seconds=3.0)


LIFT = {"load_kg": 20.0, "horizontal_cm": 60.0, "vertical_cm": 70.0}
EXAMPLES = {
    "hold_in_region": [
        moment("nv361", f"part of {name}", "both", "hold_in_region", region=name, seconds=9.0,
               **angle("mean", TRACKS[region.track].combine))
        for name, region in REGIONS.items() if name != LOW
    ],
    "stay_in_region": [moment("nv361", "other", "both", "stay_in_region", region=LOW, seconds=9.0)],
    "peak_of_track": [
        moment("nv361", "part", "both", "peak_of_track", track=track, **angle("angle", TRACKS[track].combine))
        for track in PEAKS
    ],
    **{sentence: [*of_standards(sentence)] for sentence in STANDARDS},
    "highest_score": [*of_scores()],
    "lift": [moment("niosh", "body", "both", "lift", index=1.4, **LIFT)],
    "lift_impossible": [moment("niosh", "body", "both", "lift_impossible", **LIFT)],
}  # fmt: skip
"""Of every sentence all that it can be about."""


def test_examples_cover_every_sentence_that_a_report_can_say() -> None:
    source = resources.files("gpu_worker.report.catalogue").joinpath("en.ftl").read_text(encoding="utf-8")
    messages = [line.split(" = ")[0] for line in source.splitlines() if line.startswith("moment-")]
    sentences = {message.removeprefix("moment-") for message in messages} - NO_MOMENTS
    assert set(EXAMPLES) == {sentence.replace("-", "_") for sentence in sentences}


@pytest.mark.parametrize("sentence", EXAMPLES)
def test_page_has_words_for_all_that_the_worker_can_find(sentence: str, tmp_path: Path) -> None:
    found = EXAMPLES[sentence]
    for language, told in told_by_page(found, tmp_path).items():
        assert len(told) == len(found), "of every part and side one"
        assert len({(one["method"], one["subject"]) for one in told}) == len(told)
        for one in told:
            words = f"{one['method']}: {one['subject']} {one['value']}"
            assert one["value"]
            assert "_" not in words
            assert not any(lack in words for lack in ("–", "NaN", "undefined", "not know", "nezná", "{"))
        assert language in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_calls_postures_and_parts_as_the_report_does(language: Language, tmp_path: Path) -> None:
    words = catalogue(language)
    held = [*EXAMPLES["hold_in_region"], *EXAMPLES["stay_in_region"]]
    refused = EXAMPLES["hold_past_limit"]
    expected = [region_text(str(one.values["region"]), words) for one in held]
    expected += [part_side(one.part, one.side, words) for one in refused]
    assert [one["subject"] for one in told_by_page([*held, *refused], tmp_path)[language]] == expected


def test_bends_back_are_told_from_bends_forward(tmp_path: Path) -> None:
    back = moment("nv361", "trunk", "both", "peak_of_track", track="trunk_sagittal", angle_deg=-21.0)
    (told,) = told_by_page([back], tmp_path)["en"]
    assert (told["subject"], told["value"]) == ("Trunk leaning back", "21°")


def test_a_part_refused_twice_is_shown_once_by_the_worst(tmp_path: Path) -> None:
    values = {"seconds": 9.0, "limit_s": 1.0, "mean_deg": 70.0}
    worst = moment("iso11226", "trunk", "both", "hold_past_limit", **values)
    other = worst.model_copy(update={"values": values | {"seconds": 4.0}})
    (told,) = told_by_page([worst, other], tmp_path)["en"]
    assert "9.0" in told["value"]
