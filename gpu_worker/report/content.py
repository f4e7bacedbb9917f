"""What every report is drawn from: the assessment of a shift and the clips it rests on. Nothing here computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from contract.inputs import ReportHeader
from gpu_worker.angles.series import AngleSeries
from gpu_worker.angles.timing import bridged, timeline
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.assessment import ShiftAssessment
from gpu_worker.ergonomics.given import corrected, given
from gpu_worker.spilled import Columns


@dataclass(frozen=True)
class ClipReport:
    """One clip: its analysis, its angles, and how it was seen."""

    analysis: Analysis
    angles: AngleSeries
    body_model: str
    body_sha256: str
    pictures: Mapping[int, bytes] = field(default_factory=dict)
    """JPEG of the worst moments, face unrecognisable, by index in `analysis.worst_moments`."""
    outside_range: tuple[str, ...] = ()
    """Messages that say in what the clip lies outside the validated range; empty where it lies inside."""
    weights_sha256: Mapping[str, str] = field(default_factory=dict)
    """Network weights by name."""
    number: int | None = None
    """Counts the clips of one report whose videos have the same name; None where no other has it."""

    @cached_property
    def judged(self) -> AngleSeries:
        """The angles as they were judged: corrected, short gaps bridged, NaN where unknown or left out."""
        inputs, found = self.analysis.inputs, corrected(self.angles, self.analysis.inputs)
        counted, times = given(inputs, found.times_s).counted, found.times_s

        def judged(_: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.where(counted, bridged(times, values, timeline(times, np.isfinite(values))), np.nan)

        return replace(found, signals=Columns.of(found.signals, judged))

    @property
    def name(self) -> str:
        """The video's name, told apart from the same name of another clip."""
        name = self.analysis.signature.video_name
        return name if self.number is None else f"{name} ({self.number})"


@dataclass(frozen=True)
class Report:
    """Everything a report shows, for one clip or a whole shift."""

    title: str
    """The input's name without its ending, or the shift's."""
    number: str
    """Unique; on every page."""
    revision: int
    """1 without corrections and exclusions; each moment of entry in their log makes the next."""
    assessment: ShiftAssessment
    clips: tuple[ClipReport, ...]

    @property
    def header(self) -> ReportHeader:
        """What people entered: with the shift, else with the first clip."""
        of_shift = self.assessment.shift.report
        if of_shift != ReportHeader() or not self.clips:
            return of_shift
        return self.clips[0].analysis.inputs.report

    def of_clip(self, clip: ClipReport) -> str:
        """Names the clip, behind a comma, where there are several."""
        return f", {clip.name}" if len(self.clips) > 1 else ""

    @property
    def workers(self) -> tuple[str, ...]:
        """Pseudonyms of the workers, where they were entered."""
        entered = [clip.analysis.inputs.person.pseudonym for clip in self.clips]
        return tuple(dict.fromkeys(pseudonym for pseudonym in entered if pseudonym))
