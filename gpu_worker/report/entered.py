"""What somebody entered with a clip, in words: the loads, grips, supports and rows that the results rest on."""

from __future__ import annotations

from collections.abc import Iterator

from contract.inputs import Inputs, RowEntry, Scoped
from gpu_worker.ergonomics.conclusion import entered_row
from gpu_worker.report.catalogue import Catalogue
from gpu_worker.report.texts import clock, operation_name, part_text, row_name, seconds_text, sentence_text

FLAGS = ("rapid_changes_or_unstable_base", "forearm_twisted_to_the_end", "muscle_use")
"""What an entry of activity answers with yes or no."""


def entered_lines(inputs: Inputs, words: Catalogue) -> list[str]:
    """One line per entry: what was entered, and for which time or operation."""
    lines = [f"{what}: {_when(entry, words)}" for entry, what in _scoped(inputs, words)]
    lines += [
        words.text("entered-neutral", start=clock(marked.start_s, words), end=clock(marked.end_s, words))
        for marked in inputs.neutral
    ]
    if inputs.person.stands_neutral:
        lines.append(words.text("entered-stands-neutral"))
    if inputs.person.height_m is not None:
        lines.append(words.text("entered-height", height=words.number(inputs.person.height_m, 2)))
    if inputs.parts is not None:
        lines.append(words.text("entered-parts", parts=", ".join(part_text(part, words) for part in inputs.parts)))
    return lines + [_row(entry, words) for entry in inputs.rows]


def _scoped(inputs: Inputs, words: Catalogue) -> Iterator[tuple[Scoped, str]]:
    """Entries that hold for some time, and what each says."""
    for load in inputs.load:
        how = [words.text(f"entered-load-{name}") for name, is_so in
               (("repeated", load.static_or_repeated), ("shock", load.shock)) if is_so]  # fmt: skip
        yield load, ", ".join([words.text("entered-load", load=words.number(load.kg, 1)), *how])
    for grip in inputs.coupling:
        yield grip, words.text("entered-coupling", grip=words.text(f"entered-grip-{grip.coupling}"))
    for support in inputs.support:
        yield (
            support,
            f"{words.text(f'entered-support-{support.part}'.replace('_', '-'))} {_yes(support.supported, words)}",
        )
    for activity in inputs.activity:
        for flag in FLAGS:
            answer = getattr(activity, flag)
            if answer is not None:
                yield activity, f"{words.text(f'entered-{flag}'.replace('_', '-'))} {_yes(answer, words)}"


def _yes(answer: bool, words: Catalogue) -> str:
    return f"({words.text('yes' if answer else 'no')})"


def _when(entry: Scoped, words: Catalogue) -> str:
    """The time or operation that an entry holds for."""
    said = [*seconds_text(entry.start_s, entry.end_s, words)]
    if entry.operation is not None:
        said.append(words.text("entered-operation", operation=operation_name(entry.operation, words)))
    return ", ".join(said) or words.text("entered-always")


def _row(entry: RowEntry, words: Catalogue) -> str:
    """A row that somebody timed or judged."""
    said = "; ".join(sentence_text(sentence, words) for sentence in entered_row(entry))
    return f"{row_name(entry.row, words)}: {said}"
