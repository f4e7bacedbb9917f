"""What somebody meets who mistypes: which file, where in it, what may stand there, in their language."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]
from pypdf import PdfReader

from contract.inputs import Inputs
from gpu_worker import motion as motion_file
from gpu_worker import offline
from gpu_worker.__main__ import main
from gpu_worker.examples import KINDS, text
from gpu_worker.report.catalogue import LANGUAGES, Language, catalogue
from gpu_worker.report.problems import problems
from gpu_worker.terminal import run
from gpu_worker.userfiles import Unusable, naming
from tests.gpu_worker import video_samples
from tests.gpu_worker.moving_body import Pose, unseen
from tests.gpu_worker.test_report_catalogue import messages

Said = Callable[..., tuple[int, str]]
LOG = {"who": "JN", "when": "2026-11-23T10:00:00Z", "reason": "x"}
STRETCH = {"start_s": 1, "end_s": 2}
OVERLAPPING = [{"start_s": 0, "end_s": 2, "operation": "a"}, {"start_s": 1.5, "end_s": 5, "operation": "b"}]
BEHIND = {"start_s": 31, "end_s": 36}


@pytest.fixture(scope="module")
def motions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Half a minute of three people at work, named as in the example of a shift."""
    folder = tmp_path_factory.mktemp("motions")
    times = np.arange(0, 30, 1 / 12)
    found = {}
    for number, name in enumerate(("assembly-a", "assembly-b", "inspection")):
        found[name] = folder / f"{name}.motion.npz"
        motion_file.save(Pose(count=len(times), trunk_flexion=50 - 10 * number).motion(times), found[name])
    return found


@pytest.fixture
def said(motions: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Said:
    """Runs a command over files it writes first; its exit status and what it said."""

    def run(command: str, content: object = None, *more: str, language: str = "en") -> tuple[int, str]:
        file = tmp_path / "entered.json"
        if content is not None:
            raw = content if isinstance(content, bytes) else json.dumps(content).encode()
            file.write_bytes(raw)
        named = {"report": [str(motions["assembly-a"]), "--inputs", str(file)], "assess": [str(file)]}
        status = main([command, *named.get(command, []), *more, "-o", str(tmp_path / "out"), "--language", language])
        return status, capsys.readouterr().err

    return run


def shift_of(*clips: Mapping[str, object], **shift: object) -> dict[str, object]:
    """A `shift.json`."""
    return {"title": "Line", "clips": clips, "shift": shift}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_of_the_work_is_judged_as_it_is(said: Said, tmp_path: Path, language: Language) -> None:
    assert main(["example", "work", "-o", str(tmp_path), "--language", language]) == 0
    entered = json.loads((tmp_path / "work.json").read_text(encoding="utf-8"))
    status, heard = said("report", entered, language=language)
    assert status == 0, heard
    analysis = json.loads((tmp_path / "out/assembly-a.analysis.json").read_text(encoding="utf-8"))
    assert {o["operation"] for o in analysis["observations"]} == {o["name"] for o in entered["operations"]}
    assert not {"load", "coupling", "activity"} & set(analysis["assumed"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_of_a_shift_is_assessed_as_it_is(
    motions: dict[str, Path], tmp_path: Path, language: Language
) -> None:
    for path in motions.values():
        shutil.copy(path, tmp_path)
    assert main(["example", "shift", "-o", str(tmp_path), "--language", language]) == 0
    assert main(["assess", str(tmp_path / "shift.json"), "-o", str(tmp_path), "--language", language]) == 0
    found = json.loads((tmp_path / "shift.assessment.json").read_text(encoding="utf-8"))
    workers = [operation["workers"] for operation in found["operations"]]
    assert workers == [["A", "B"], ["A"], ["A"], []]


def test_the_examples_of_records_are_set_against_a_clip(motions: dict[str, Path], tmp_path: Path) -> None:
    named = []
    for kind in ("stopwatch", "goniometer"):
        assert main(["example", kind, "-o", str(tmp_path)]) == 0
        named += [f"--{kind}", str(tmp_path / f"{kind}.csv")]
    assert main(["validate", str(motions["assembly-a"]), *named, "-o", str(tmp_path)]) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_both_languages_of_an_example_show_the_same(kind: str) -> None:
    def shape(value: object) -> object:
        if isinstance(value, dict):
            return {name: shape(item) for name, item in value.items()}
        return [shape(item) for item in value] if isinstance(value, list) else type(value)

    if KINDS[kind] == "json":
        assert shape(json.loads(text(kind, "cs"))) == shape(json.loads(text(kind, "en")))
    else:
        assert text(kind, "cs") == text(kind, "en")


def test_the_example_of_the_work_shows_every_kind_of_entry() -> None:
    assert set(json.loads(text("work", "en"))) == set(Inputs.model_fields) - {"parts"}


def test_an_example_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "work.json").write_text("mine")
    assert main(["example", "work", "-o", str(tmp_path)]) == 2
    assert "file_exists" in capsys.readouterr().err
    assert (tmp_path / "work.json").read_text() == "mine"


def test_a_broken_file_is_told_by_name_line_and_column(said: Said) -> None:
    status, heard = said("report", b'{\n  "worker": "A",\n}\n')
    assert status == 2
    assert heard.startswith("json_broken: ")
    assert "entered.json" in heard
    assert "Line 3, column 1" in heard


@pytest.mark.parametrize(
    ("content", "code", "told"),
    [
        ({"operations": [{"name": "a", "minuts": 3}]}, "unknown", '1 › minuts: There is no such field. Did you'),
        ({"wieght": 3}, "unknown", "Allowed here: load, coupling"),
        ({"person": {"sex": "femal"}}, "choice", 'Did you mean "female"?'),
        ({"neutral": [{"start_s": 1}]}, "missing", "neutral › item 1 › end_s"),
        ({"load": [{"kg": "2,5"}]}, "number", "load › item 1 › kg: A number has to stand here, with a decimal point"),
        ({"load": {"kg": 2}}, "list", "load: A list in square brackets"),
        ({"report": {"filmed_on": "28.11.2026"}}, "date", 'report › filmed_on: A date has to stand here, year first'),
        ({"exclusions": [{**LOG, "when": "2026-11-28", "row": "trup.6"}]}, "moment", '"2026-11-28T14:30:00+01:00"'),
        ({"rows": [{"row": "dk.9", "share": 1}]}, "row", 'Rows are named like "trup.6"'),
        ({"shift": {"minutes": 2000}}, "at_most", "shift › minutes: The number has to be at most 1440"),
        ({"settings": {"static_s": None}}, "value", "settings › static_s: "),
        ({"neutral": [{"start_s": 3, "end_s": 2}]}, "interval_order", "end_s has to be greater than start_s"),
        ({"load": [{"kg": 1, "operation": "x"}], "operations": [{"name": "y"}]}, "scope_unknown", "There are: y"),
        ({"segments": OVERLAPPING}, "segments_overlap", '"a" from 0.0 to 2.0 s and "b" from 1.5 to 5.0 s'),
        (b'{"worker": "A", "worker": "B"}', "field_doubled", '"worker"'),
        ("\u010d".encode("cp1250"), "file_encoding", "UTF-8"),
    ],
)  # fmt: skip
def test_a_wrong_entry_is_told_with_its_place_and_what_may_stand_there(
    said: Said, content: object, code: str, told: str
) -> None:
    status, heard = said("report", content)
    assert status == 2
    assert heard.startswith(f"{code}: ")
    assert told in heard
    assert len(heard.splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"wieght": 3}, "Takový údaj neexistuje"),
        ({"report": {"filmed_on": "28.11.2026"}}, "Zde má být datum"),
        (b"{", "Řádek 1, sloupec 2"),
        ({"corrections": [{**LOG, **STRETCH, "signal": "trunk_flexon", "value_deg": 3}]}, "„trunk_flexion“?"),
        ({"settings": {"statik_s": 3}}, "settings › statik_s: Takový údaj neexistuje. Nemělo to být „static_s“?"),
        ({"neutral": [{"start_s": 500, "end_s": 510}]}, "neutral › 1. položka: začíná v čase 500,0 s, ale záznam"),
        ({"segments": [{**STRETCH, "operation": "a"}], "operations": [{"name": "b"}]}, "Záznam ukazuje operaci „a“"),
        ({"operations": [{"name": "a", "pieces": 3}]}, "Doplňte kusy"),
        ({"segments": OVERLAPPING}, "Dva úseky se překrývají: „a“ od 0,0 do 2,0 s a „b“ od 1,5 do 5,0 s."),
    ],
)  # fmt: skip
def test_messages_are_in_the_language_that_was_chosen(said: Said, content: object, told: str) -> None:
    status, heard = said("report", content, language="cs")
    assert status in (1, 2)
    assert told in heard


def test_seconds_as_printed_cover_the_whole_clip(tmp_path: Path) -> None:
    times = np.arange(0, 7.633, 1 / 30)
    path = tmp_path / "short.motion.npz"
    motion_file.save(Pose(count=len(times), trunk_flexion=50).motion(times), path)
    entered = tmp_path / "work.json"
    for end, left_out in ((7.6, False), (7.0, True)):
        entered.write_text(json.dumps({"segments": [
            {"operation": "a", "start_s": 0, "end_s": 3.4}, {"operation": "b", "start_s": 3.4, "end_s": end},
        ]}))  # fmt: skip
        assert main(["report", str(path), "--inputs", str(entered), "-o", str(tmp_path)]) == 0
        analysis = json.loads((tmp_path / "short.analysis.json").read_text(encoding="utf-8"))
        assert ("time_outside_segments" in analysis["warnings"]) is left_out
        if not left_out:
            assert sum(o["observed_s"] for o in analysis["observations"]) == pytest.approx(times[-1], abs=0.01)


def test_an_entry_behind_the_end_of_the_clip_is_refused_with_the_clip_s_length(said: Said) -> None:
    status, heard = said("report", {"segments": [{**STRETCH, "operation": "a"}, {**BEHIND, "operation": "b"}]})
    assert status == 2
    assert heard.startswith("behind_end: ")
    assert "entered.json: " in heard
    assert "segments › item 2: it begins at 31.0 s, but the clip lasts only 29.9 s." in heard


@pytest.mark.parametrize(("end", "cut"), [(30, False), (40, True)])
def test_an_entry_across_the_end_of_the_clip_is_cut_and_told(said: Said, tmp_path: Path, end: int, cut: bool) -> None:
    status, heard = said("report", {"neutral": [{"start_s": 10, "end_s": end}]}, language="cs")
    assert status == 0, heard
    told = "upozornění: Neutrální poloha (neutral › 1. položka, 0:10,0 až 0:40,0): Zadání pokračuje za koncem záznamu"
    assert (told in heard) is cut
    analysis = json.loads((tmp_path / "out/assembly-a.analysis.json").read_text(encoding="utf-8"))
    assert ("cut_at_end:neutral:1:10.0:40.0:" in analysis["warnings"]) is cut
    assert analysis["inputs"]["neutral"][0]["end_s"] == end


def test_what_was_cut_is_told_in_document_and_workbook(said: Said, tmp_path: Path) -> None:
    said("report", {"exclusions": [{**LOG, "start_s": 20, "end_s": 31}]})
    told = "Exclusion (exclusions › item 1, 0:20.0 to 0:31.0): The entry goes on behind the end of the clip"
    pages = PdfReader(tmp_path / "out/assembly-a.report.pdf").pages
    assert told in " ".join(" ".join(page.extract_text().split()) for page in pages)
    cells = (
        cell.value for line in load_workbook(tmp_path / "out/assembly-a.report.xlsx").worksheets[0] for cell in line
    )
    assert any(told in str(value) for value in cells)


def test_a_correction_where_nobody_is_seen_is_refused_by_its_place(said: Said, tmp_path: Path) -> None:
    times = np.arange(0, 10, 1 / 12)
    path = tmp_path / "gone.motion.npz"
    motion_file.save(unseen(Pose(count=len(times)).motion(times), times > 5), path)
    entered = tmp_path / "work.json"
    entered.write_text(json.dumps({"corrections": [{**LOG, "start_s": 6, "end_s": 8.5, "posture": "sitting"}]}))
    status, heard = said("assess", shift_of({"motion": str(path), "inputs": json.loads(entered.read_text())}))
    assert status == 2
    assert heard.startswith("correction_unseen: ")
    assert "clips › item 1 › inputs: corrections › item 1: nobody is seen from 6.0 to 8.5 s, and" in heard


@pytest.mark.parametrize(
    ("command", "place"),
    [("report", "report"), ("clip", "clips › item 1 › inputs › report"), ("assess", "shift › report")],
)
def test_an_evaluation_before_the_filming_is_refused_by_its_place(
    said: Said, motions: dict[str, Path], command: str, place: str
) -> None:
    header = {"report": {"filmed_on": "2026-11-02", "evaluated_on": "2026-11-01"}}
    clip = {"motion": str(motions["assembly-a"]), "inputs": header if command == "clip" else {}}
    shift = shift_of(clip, **(header if command == "assess" else {}))
    status, heard = said("report", header) if command == "report" else said("assess", shift)
    assert status == 2
    assert heard.startswith("evaluated_before_filmed: ")
    assert f"{place} › evaluated_on: The evaluation (2026-11-01) lies before the filming (2026-11-02)." in heard


@pytest.mark.parametrize("command", ["report", "assess"])
def test_a_filming_in_the_future_is_noted(said: Said, motions: dict[str, Path], command: str) -> None:
    for day, noted in (("2999-01-01", True), ("2025-01-01", False)):
        header = {"report": {"filmed_on": day}}
        alone = shift_of({"motion": str(motions["assembly-a"])}, **header)
        status, heard = said(command, header if command == "report" else alone)
        assert status == 0
        assert ("note: The date of filming lies in the future." in heard) is noted


def test_a_lift_set_down_behind_the_end_is_measured_up_to_the_end(said: Said, tmp_path: Path) -> None:
    entry = {"start_s": 10, "load_kg": 5, "horizontal_cm": 30, "vertical_cm": 100}
    travels = []
    for end in (29.9, 40):
        said("report", {"lifts": [{**entry, "end_s": end}]})
        analysis = json.loads((tmp_path / "out/assembly-a.analysis.json").read_text(encoding="utf-8"))
        travels.append(analysis["niosh"][0]["travel_cm"])
    assert travels[0] == travels[1] > 0


def test_a_clip_of_a_shift_that_is_not_there_is_named(said: Said) -> None:
    status, heard = said("assess", shift_of({"motion": "nowhere.motion.npz"}))
    assert status == 2
    assert heard.startswith("file_missing: ")
    assert "nowhere.motion.npz" in heard


def test_a_wrong_entry_in_the_only_clip_is_one_problem(said: Said, motions: dict[str, Path]) -> None:
    wrong = {"motion": str(motions["assembly-a"]), "inputs": {"camera": {"pitch_deg": 99}}}
    status, heard = said("assess", shift_of(wrong))
    assert status == 2
    assert "clips › item 1 › inputs › camera › pitch_deg" in heard
    assert len(heard.splitlines()) == 1


def test_the_same_clip_twice_is_refused_even_under_another_name(
    said: Said, motions: dict[str, Path], tmp_path: Path
) -> None:
    again = shutil.copy(motions["assembly-a"], tmp_path / "again.motion.npz")
    status, heard = said("assess", shift_of({"motion": str(motions["assembly-a"])}, {"motion": str(again)}))
    assert status == 2
    assert heard.startswith("clip_twice: ")


def test_two_people_under_one_letter_are_refused_and_averaged_under_two(said: Said, motions: dict[str, Path]) -> None:
    one = {"motion": str(motions["assembly-a"]), "inputs": {"person": {"pseudonym": "P-1"}}}
    for letter, code in (("A", 2), ("B", 0)):
        other = {"motion": str(motions["assembly-b"]), "inputs": {"person": {"pseudonym": "P-2"}, "worker": letter}}
        status, heard = said("assess", shift_of(one, other))
        assert status == code
        assert ("workers_mixed" in heard) is (letter == "A")


def test_more_minutes_than_the_shift_has_are_told(said: Said, motions: dict[str, Path]) -> None:
    status, heard = said(
        "assess", shift_of({"motion": str(motions["assembly-a"])}, operations=[{"name": "a", "minutes": 600}])
    )
    assert status == 0
    assert "note: The minutes of the operations add up to more than the shift." in heard


@pytest.mark.parametrize(
    ("command", "place"), [("report", ""), ("assess", "clips › item 1 › inputs › ")], ids=["clip", "shift"]
)
def test_an_operation_there_is_not_is_told_with_its_file_and_place(
    said: Said, motions: dict[str, Path], command: str, place: str
) -> None:
    shown = [{**STRETCH, "operation": "packing"}, {"start_s": 2, "end_s": 3, "operation": "paking"}]
    operations = [{"name": "packing", "minutes": 9}]
    clip = {"motion": str(motions["assembly-a"]), "inputs": {"segments": shown}}
    alone = {"segments": shown, "operations": operations}
    status, heard = said(command, alone if command == "report" else shift_of(clip, operations=operations))
    assert status == 2
    assert f"entered.json: {place}segments › item 2 › operation: A clip shows" in heard
    assert heard.startswith("operation_unknown: ")


def test_what_limits_a_clip_of_a_shift_is_told_with_its_name(
    said: Said, motions: dict[str, Path], tmp_path: Path
) -> None:
    cut = {"motion": str(motions["assembly-a"]), "inputs": {"neutral": [{"start_s": 10, "end_s": 40}]}}
    status, heard = said("assess", shift_of(cut, {"motion": str(motions["assembly-b"]), "inputs": {"worker": "B"}}))
    assert status == 0
    found = json.loads((tmp_path / "out/entered.assessment.json").read_text(encoding="utf-8"))
    (limited,) = [clip for clip in found["clip_warnings"] if "cut_at_end:neutral:1:10.0:40.0:" in clip["warnings"]]
    told = "Neutral posture (neutral › item 1, 0:10.0 to 0:40.0): The entry goes on behind the end of the clip"
    assert f"note: {limited['clip']}: {told}" in heard


def test_inputs_that_do_not_fit_name_the_clip_of_the_shift(said: Said, motions: dict[str, Path]) -> None:
    wrong = {"motion": str(motions["inspection"]), "inputs": {"settings": {"no_such_setting": 1}}}
    status, heard = said("assess", shift_of({"motion": str(motions["assembly-a"])}, wrong))
    assert status == 2
    assert "entered.json: clips › item 2 › inputs: settings › no_such_setting: " in heard


def test_a_mistake_of_ours_does_not_pose_as_one_of_the_user(said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("row")

    monkeypatch.setattr(offline, "write_reports", broken)
    monkeypatch.setattr(offline, "write_clip_reports", broken)
    status, heard = said("report", {})
    assert status == 3
    assert "Traceback" in heard
    assert heard.splitlines()[-1].startswith("internal: ")


@pytest.mark.parametrize(
    ("kind", "record", "code"),
    [
        ("goniometer", "time_s,signal,value_deg\n1,knee,3\n", "record_signal"),
        ("goniometer", "time,signal,value\n1,trunk_flexion,3\n", "record_columns"),
        ("goniometer", "", "record_empty"),
        ("goniometer", "time_s,signal,value_deg\n", "record_empty"),
        ("goniometer", "time_s,signal,value_deg\n36001,trunk_flexion,3\n", "record_outside"),
        ("stopwatch", "row,start_s,end_s\ntrup.6,3600,3620\n", "record_outside"),
        ("stopwatch", "row,start_s,end_s\n", "record_empty"),
        ("stopwatch", "# observed 0 ten\nrow,start_s,end_s\ntrup.6,1,2\n", "record_observed"),
    ],
)
def test_a_record_that_cannot_be_compared_is_refused(
    motions: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, record: str, code: str
) -> None:
    path = tmp_path / "record.csv"
    path.write_text(record)
    assert main(["validate", str(motions["assembly-a"]), f"--{kind}", str(path), "-o", str(tmp_path)]) == 2
    heard = capsys.readouterr().err
    assert heard.startswith(f"{code}: ")
    assert "record.csv" in heard


def test_of_two_records_the_one_from_elsewhere_is_named(
    motions: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    watch, angles = tmp_path / "watch.csv", tmp_path / "angles.csv"
    watch.write_text("row,start_s,end_s\ntrup.6,1,2\n")
    angles.write_text("time_s,signal,value_deg\n36001,trunk_flexion,3\n")
    records = ["--stopwatch", str(watch), "--goniometer", str(angles)]
    assert main(["validate", str(motions["assembly-a"]), *records, "-o", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith(f"record_outside: {angles}: ")


def test_seconds_of_a_record_from_elsewhere_are_told_with_decimal_commas(
    motions: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = tmp_path / "angles.csv"
    record.write_text("time_s,signal,value_deg\n36001,trunk_flexion,3\n")
    named = ["--goniometer", str(record), "-o", str(tmp_path), "--language", "cs"]
    assert main(["validate", str(motions["assembly-a"]), *named]) == 2
    assert "trvá od 36001,0 s do 36001,0 s, záznam od 0,0 s do 29,9 s: " in capsys.readouterr().err


def test_nothing_to_compare_with_is_told(
    motions: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", str(motions["assembly-a"]), "-o", str(tmp_path)]) == 2
    assert "--stopwatch" in capsys.readouterr().err


def test_only_assessments_are_compared(
    motions: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "x.analysis.json"
    other.write_text("{}")
    assert main(["compare", str(other), str(other), "-o", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_video_that_is_not_there_is_named_in_czech(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", str(tmp_path / "no.mp4"), "-o", str(tmp_path), "--language", "cs"]) == 2
    assert "no.mp4: Takový soubor neexistuje" in capsys.readouterr().err


def test_results_that_cannot_be_written_are_told(
    motions: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").write_text("a file")
    assert main(["report", str(motions["assembly-a"]), "-o", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.startswith("not_written: ")


@pytest.mark.parametrize(
    ("language", "doing", "told"),
    [
        ("cs", "0% příprava", "Zkuste jej přehrát na svém zařízení. Soubor je prázdný."),
        ("en", "0% getting ready", "Play it on your device to check it. The file is empty."),
    ],
)
def test_what_is_wrong_with_a_video_is_told_in_the_language_that_was_chosen(
    language: str, doing: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.mp4").touch()
    assert main(["analyse", str(tmp_path / "a.mp4"), "-o", str(tmp_path), "--language", language]) == 1
    heard = capsys.readouterr().err
    assert doing in heard
    assert told in heard


def test_inputs_behind_a_video_s_end_end_its_analysis_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    video, entered = video_samples.write(tmp_path / "a.mp4"), tmp_path / "work.json"
    entered.write_text(json.dumps({"exclusions": [{**LOG, **BEHIND}]}))
    assert main(["analyse", str(video), "--inputs", str(entered), "-o", str(tmp_path / "out")]) == 2
    heard = capsys.readouterr().err
    assert f"behind_end: {entered}: " in heard
    assert "exclusions › item 1: it begins at 31.0 s" in heard
    assert "finding the body" not in heard


@pytest.mark.parametrize(
    ("number", "told"), [(errno.EISDIR, "je to složka"), (errno.EMFILE, os.strerror(errno.EMFILE))]
)
def test_what_the_system_objects_to_is_told_in_the_reader_s_language_where_it_is_usual(number: int, told: str) -> None:
    with pytest.raises(Unusable) as failed, naming(Path("a.json")):
        raise OSError(number, os.strerror(number))
    (problem,) = problems(failed.value.reason, catalogue("cs"))
    assert problem.text == f"Soubor nelze přečíst ({told})."


def test_a_full_disk_is_not_a_fault_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    def full() -> offline.Outcome:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    assert run(full, catalogue("cs")) == 2
    assert capsys.readouterr().err.startswith("not_written: Soubor nelze zapsat (na disku není místo).")


def test_the_inputs_in_the_readme_are_taken(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    entered, minute = tmp_path / "work.json", np.arange(0, 60, 1 / 6)
    entered.write_text(readme.split("```json\n")[1].split("```")[0], encoding="utf-8")
    motion_file.save(Pose(count=len(minute)).motion(minute), tmp_path / "a.motion.npz")
    assert main(["report", str(tmp_path / "a.motion.npz"), "--inputs", str(entered), "-o", str(tmp_path)]) == 0


def test_a_record_from_a_spreadsheet_with_decimal_commas_is_read(motions: dict[str, Path], tmp_path: Path) -> None:
    found = []
    for record in (
        "time_s,signal,value_deg\n1.5,trunk_flexion,48.5\n",
        "\ufefftime_s;signal;value_deg\r\n1,5;trunk_flexion_deg;48,5\r\n;;\r\n",
    ):
        path = tmp_path / "record.csv"
        path.write_text(record, encoding="utf-8")
        assert main(["validate", str(motions["assembly-a"]), "--goniometer", str(path), "-o", str(tmp_path)]) == 0
        found.append((tmp_path / "assembly-a.validation.json").read_text(encoding="utf-8"))
    assert found[0] == found[1]


COMMANDS = ("", "analyse", "report", "assess", "compare", "validate", "example")


def help_of(command: str, *before: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        main([*before, *([command] if command else []), "--help", *(() if before else ("--language", "cs"))])
    assert ended.value.code == 0
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_in_the_language_that_was_chosen_before_or_behind_it(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = help_of(command, capsys=capsys)
    assert said == help_of(command, "--language", "cs", capsys=capsys)
    assert said.startswith("použití: python -m gpu_worker")
    assert "volby: -h, --help zobrazí tuto nápovědu a skončí" in said
    english = help_of(command, "--language", "en", capsys=capsys)
    left = {name: text for name, text in messages_of("en").items() if text in said and text != messages_of("cs")[name]}
    assert left == {}
    assert sum(text in english for text in messages_of("en").values()) >= 5


def messages_of(language: Language) -> dict[str, str]:
    words = catalogue(language)
    return {name: words.text(name) for name in messages(language) if name.startswith("help-")}


def test_a_language_there_is_not_is_refused_and_one_before_the_command_holds_for_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["example", "work", "-o", str(tmp_path), "--language", "de"])
    assert ended.value.code == 2
    capsys.readouterr()
    assert main(["--language", "cs", "example", "work", "-o", str(tmp_path)]) == 0
    assert "zapsáno" in capsys.readouterr().err
