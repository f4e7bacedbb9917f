"""Words that follow from identifiers: rows, parts, signals, times."""

from __future__ import annotations

from contract.inputs import Correction, Exclusion
from gpu_worker.angles.catalogue import BY_NAME
from gpu_worker.ergonomics.assessment import RowMinutes
from gpu_worker.ergonomics.clip_verdict import Sentence
from gpu_worker.ergonomics.conclusion import too_unknown
from gpu_worker.ergonomics.entry import Entry, read_warning
from gpu_worker.ergonomics.given import WHOLE_CLIP
from gpu_worker.ergonomics.nv361.rules import ROWS
from gpu_worker.report.catalogue import Catalogue
from gpu_worker.report.problems import place_words

SECTION_PARTS = {
    "trup": "trunk",
    "hlava_krk": "head_neck",
    "phk": "arm_right",
    "lhk": "arm_left",
    "dk": "legs",
    "ostatni": "other",
}
"""Sections of the 52 legal rows and the part of the body each is about; `phk` is the subject's right arm."""

LEAST_TOLD_S = 0.05
"""Shorter times round to nothing."""


def row_part(row: str) -> str:
    """The part of the body row `section.number` is about."""
    return SECTION_PARTS[row.split(".")[0]]


def row_text(row: str, words: Catalogue) -> str:
    """The law's words for a row."""
    return ROWS[row].cs if words.language == "cs" else ROWS[row].en


def row_name(row: str, words: Catalogue) -> str:
    """A short name of a row: its part of the body and its number."""
    return f"{part_text(row_part(row), words)} {row.split('.')[1]}"


def part_text(part: str, words: Catalogue) -> str:
    """The name of a part of the body."""
    return words.text(f"part-{part.replace('_', '-')}")


def signal_text(name: str, side: str, words: Catalogue) -> str:
    """The name of an angle, with its side."""
    text = words.text(f"signal-{name.replace('_', '-')}")
    return f"{text}, {words.text(f'side-{side}')}" if side else text


def signal_words(signal: str, words: Catalogue) -> str:
    """The name of a signal as the angles file calls it, side and unit included, or of a quantity of both sides."""
    known = BY_NAME.get(signal)
    return signal_text(signal, "", words) if known is None else signal_text(known.quantity.name, known.side, words)


def region_text(region: str, words: Catalogue) -> str:
    """The name of a posture the law's rows are about, with its side."""
    return sided_text("region", region, words)


def sided_text(family: str, name: str, words: Catalogue) -> str:
    """The message `family-name` of an identifier that may end in `_left` or `_right`."""
    for side in ("left", "right"):
        if name.endswith(f"_{side}"):
            stem = name.removesuffix(f"_{side}").replace("_", "-")
            return f"{words.text(f'{family}-{stem}')}, {words.text(f'side-{side}')}"
    return words.text(f"{family}-{name.replace('_', '-')}")


def part_side(part: str, side: str, words: Catalogue) -> str:
    """A body part of a method, with its side."""
    message = f"segment-{part.replace('_', '-')}"
    name = words.text(message) if words.has(message) else part_text(part, words)
    return f"{name}, {words.text(f'side-{side}')}" if side in ("left", "right") else name


def method_name(method: str, words: Catalogue) -> str:
    """A method's name; the law's number where it is the law."""
    return words.text(f"method-{method.replace('_', '-')}")


def operation_name(name: str, words: Catalogue) -> str:
    """The operation's name; the whole clip, which nobody named, is called so."""
    return words.text("operation-whole") if name == WHOLE_CLIP else name


def clock(time_s: float, words: Catalogue) -> str:
    """Minutes, seconds and tenths in the video: "1:23.4", in Czech "1:23,4"."""
    minutes, rest = divmod(round(time_s * 10), 600)
    return f"{minutes}:{rest // 10:02d}{words.decimal_mark}{rest % 10}"


def stretch_text(entry: Exclusion | Correction, words: Catalogue) -> str:
    """The seconds that an entry of the experts' log is about, behind a space; nothing where it is about a row."""
    if entry.start_s is None or entry.end_s is None:
        return ""
    return f" {words.number(entry.start_s, 1)}–{words.number(entry.end_s, 1)} s"


def seconds_text(start_s: float | None, end_s: float | None, words: Catalogue) -> tuple[str, ...]:
    """The stretch that an entry holds for; nothing where it holds all of the time."""
    if start_s is not None and end_s is not None:
        return (words.text("moment-time", start=clock(start_s, words), end=clock(end_s, words)),)
    if start_s is not None:
        return (words.text("entered-from", start=clock(start_s, words)),)
    return () if end_s is None else (words.text("entered-until", end=clock(end_s, words)),)


def duration(seconds: float, words: Catalogue) -> str:
    """A length of time in the units that suit it: "42 s", "3 min 20 s", "1 h 5 min"; what is there is never "0.0 s"."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    gap = "\N{NO-BREAK SPACE}"
    if hours:
        return f"{hours}{gap}h {minutes}{gap}min"
    if minutes:
        return f"{minutes}{gap}min {rest}{gap}s" if rest else f"{minutes}{gap}min"
    if not seconds:
        return f"0{gap}s"
    if seconds < LEAST_TOLD_S:
        return f"<{gap}{words.number(0.1)}{gap}s"
    return f"{words.number(seconds, 1 if seconds < 10 else 0)}{gap}s"


def sentence_text(said: Sentence, words: Catalogue) -> str:
    """A sentence in the catalogue's words."""
    values = {name: value for name, value in said.values.items() if name not in ("setting", "value")}
    filled = {name: _filled(said.key, name, value, words) for name, value in values.items()}
    if "setting" in said.values:
        filled["choice"] = _reading(str(said.values["setting"]), str(said.values["value"]), words)
    return words.text(said.key, **filled)


def reason_text(row: RowMinutes, words: Catalogue) -> str:
    """Why a row is not assessed, with the operations in which too little was known of it; empty where it is."""
    if row.too_unknown:
        return "; ".join(sentence_text(said, words) for said in too_unknown(row))
    return words.text(f"not-assessed-{row.reason.replace('_', '-')}") if row.reason else ""


def _filled(key: str, name: str, value: int | float | str | tuple[str, ...], words: Catalogue) -> str | int | float:
    """A value of a sentence, written as its name asks; minutes of a single row with a decimal."""
    if isinstance(value, tuple):
        return ", ".join(row_name(row, words) for row in value)
    match name:
        case "length":
            return duration(float(value), words)
        case "share":
            return words.percent(float(value), 1 if key.startswith("row-entry-") else 0)
        case "minutes":
            return words.number(float(value), 1 if key.startswith("row-") else 0)
    return value


def _reading(setting: str, value: str, words: Catalogue) -> str:
    """What a setting would be read as instead; a setting this catalogue does not know is called by its own name."""
    message = f"reading-{setting}-{value.removesuffix('.0')}".lower().replace("_", "-")
    return _or_itself(message, f"{setting} = {value}", words)


def verdict_text(category: int | None, words: Catalogue, *, at_least: bool, indicative: bool) -> str:
    """The category in large letters, with what weakens it; or that there is none."""
    if category is None:
        return words.text("verdict-none")
    level: str | int = words.text("verdict-at-least", category=category) if at_least else category
    large = words.text("verdict-category", category=level)
    return words.text("verdict-indicative", verdict=large) if indicative else large


def assumed_text(name: str, words: Catalogue) -> str:
    """The sentence for an input that was assumed; an input this catalogue does not know is called by its own name."""
    if name.startswith("minutes:"):
        return words.text("assumed-minutes", operation=operation_name(name.removeprefix("minutes:"), words))
    return _or_itself(f"assumed-{name.replace('_', '-')}", name, words)


def warning_text(name: str, words: Catalogue) -> str:
    """The sentence for a warning of the analysis, behind the entry it is about."""
    key, entry = read_warning(name)
    text = _or_itself(f"warning-{key.replace('_', '-')}", key, words)
    return text if entry is None else words.text("entry-warning", entry=_entry_text(entry, words), warning=text)


def _entry_text(entry: Entry, words: Catalogue) -> str:
    """Kind of an entry, where it stands, its seconds and what it is about."""
    about = (_about_text(*entry.about, words),) if entry.about else ()
    said = (
        place_words((entry.field, entry.number - 1), words),
        *seconds_text(entry.start_s, entry.end_s, words),
        *about,
    )
    return f"{words.text(f'entry-kind-{entry.field}')} ({', '.join(said)})"


def _about_text(kind: str, name: str, words: Catalogue) -> str:
    match kind:
        case "operation":
            return words.text("entered-operation", operation=operation_name(name, words))
        case "row":
            return row_name(name, words)
        case "signal":
            return signal_words(name, words)
    return posture_name(name, words)


def posture_name(name: str, words: Catalogue) -> str:
    """What a posture class is called."""
    return words.text(f"posture-{name.replace('_', '-')}")


def setting_text(value: str, words: Catalogue) -> str:
    """What a setting was chosen to be; a choice this catalogue does not know is called by its own name."""
    return _or_itself(f"setting-is-{value.replace('_', '-').replace(' ', '-')}", value, words)


def quality_text(tier: str, words: Catalogue) -> str:
    """How closely a clip was looked at; a tier this catalogue does not know is called by its own name."""
    return _or_itself(f"quality-{tier}", tier, words) or words.text("not-given")


def _or_itself(message: str, name: str, words: Catalogue) -> str:
    return words.text(message) if words.has(message) else name
