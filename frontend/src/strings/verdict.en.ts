/** English: the verdict of the law, beside the words of the report. */
export const verdict = {
  "verdict.old":
    "This analysis was made before the page showed the category. It stands in the report (PDF); judge again, below, to see it here.",
  "verdict.scope.assumed":
    "By Czech Government Regulation 361/2007, for this clip alone, taken as a whole shift of {minutes} min of work.",
  "verdict.scope.entered":
    "By Czech Government Regulation 361/2007, for this clip alone and the shift that was entered, {minutes} min of work.",
  "verdict.shift":
    "Enter the minutes of operations below, under Judge again, or change them in the workbook (XLSX); a shift of several clips is assessed on the command line (assess).",
  "verdict.readings": "Other readings that change the category: {count}",
  "verdict.warnings": "Warnings",
  "verdict.entry.from": "from {start} s",
  "verdict.entry.until": "until {end} s",
  "verdict.rows": "Legal rows that part of the time falls in, the worst first",
  "verdict.rows.about": "Limits 1 / 2: minutes up to which a row stays in category 1, and in 2. ≥: at least so many. N: unacceptable, PP: conditionally acceptable posture. “Near a border”: movements per minute cannot be told from 2.",
  "verdict.column.row": "Row",
  "verdict.column.minutes": "min/shift",
  "verdict.column.limits": "Limits 1 / 2",
  "verdict.column.category": "Category",
  "verdict.column.interval": "90 % interval",
  "verdict.column.status": "Status",
  "verdict.rest": "The other rows: {count} of {total}, {missing} of them not assessed",
  "verdict.reach": "90\u00a0% interval {range}\u00a0min",
  "verdict.empty": "Assessed, and no time found in them",
  "verdict.reason.not_in_video": "Not assessed: video does not show it; enter it if it occurs",
  "verdict.reason.partly_in_video": "Not assessed: video shows only part of it",
  "verdict.reason.unknown_time": "Not assessed: its angle or posture was unknown for more than a fifth of the time",
  "verdict.reason.part_left_out": "Not assessed: this part of the body was not chosen",
  "verdict.reason.entry_only": "Not assessed: set to be entered by a person",
  "verdict.reason.excluded": "Not assessed: excluded by an expert",
  "verdict.owas_known":
    "OWAS from {share} of the time: in the rest a leg it needs was hidden, the person lay, or nobody was seen.",
  "verdict.levels.action": "Time by action level: {list}.",
  "verdict.levels.category": "Time by category: {list}.",
} as const;
