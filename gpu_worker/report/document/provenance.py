"""How a report was made: method, settings, program and rule files."""

from __future__ import annotations

from dataclasses import dataclass

from gpu_worker.ergonomics.settings import Settings
from gpu_worker.report.catalogue import Catalogue
from gpu_worker.report.content import Report
from gpu_worker.report.tested import DOUBTFUL_SHARE, FACING_DEG, FAR_M, NEAR_M, UNSEEN_SHARE
from gpu_worker.report.texts import setting_text

HOW = ("how-method", "how-clauses", "how-decision", "how-guard", "how-uncertainty", "how-range", "how-deviations")


def how_lines(report: Report, words: Catalogue) -> list[str]:
    """How it was done, one paragraph each; the decision rule says whether it has a guard band."""
    share = report.assessment.settings.decision_share
    guard = words.text("how-guard", share=words.percent(share)) if share > 0 else words.text("how-no-guard")
    tested = words.text(
        "how-range",
        facing=words.degrees(FACING_DEG),
        near=words.number(NEAR_M, 1),
        far=words.number(FAR_M, 0),
        doubtful=words.percent(DOUBTFUL_SHARE),
        unseen=words.percent(UNSEEN_SHARE),
    )
    special = {"how-guard": guard, "how-range": tested}
    return [special[message] if message in special else words.text(message) for message in HOW]


@dataclass(frozen=True)
class ChosenSetting:
    """A setting as it was chosen for this report."""

    name: str
    value: object
    changed: bool
    """It is not the default."""


def settings_of(report: Report) -> list[ChosenSetting]:
    """Every setting, in their order."""
    chosen, default = report.assessment.settings.model_dump(), Settings().model_dump()
    return [ChosenSetting(name, value, value != default[name]) for name, value in chosen.items()]


def setting_lines(report: Report, words: Catalogue) -> list[tuple[str, str]]:
    """Every setting with its value; a star marks those that are not the default."""

    def written(value: object) -> str:
        if isinstance(value, bool):
            return words.text("yes" if value else "no")
        if isinstance(value, float):
            return f"{value:g}".replace(".", words.decimal_mark)
        if isinstance(value, str):
            return setting_text(value, words)
        return ", ".join(map(written, value)) if isinstance(value, tuple) else str(value)

    return [
        (
            words.text(f"setting-of-{setting.name.replace('_', '-')}"),
            written(setting.value) + (" *" if setting.changed else ""),
        )
        for setting in settings_of(report)
    ]


def provenance_lines(report: Report, words: Catalogue) -> list[tuple[str, str]]:
    """Program, body models, rule files and weights with their digests, each once."""
    lines: dict[tuple[str, str], None] = {}
    for clip in report.clips:
        signature = clip.analysis.signature
        lines[words.text("provenance-software"), signature.program] = None
        lines[f"{words.text('provenance-body')} {clip.body_model}", clip.body_sha256] = None
        for name, digest in clip.weights_sha256.items():
            lines[words.text("provenance-weights", name=name), digest] = None
        for name, digest in signature.rules_sha256.items():
            lines[words.text("provenance-rules", name=name), digest] = None
    return list(lines)
