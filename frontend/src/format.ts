/** Numbers as the reader's language writes them. */

export type Language = "en" | "cs";

/** Shorter times round to nothing. */
const LEAST_TOLD_S = 0.05;

/** 12.3 MB; decimal units, as phones and browsers show them. */
export function formatBytes(bytes: number, language: Language): string {
  const units = ["B", "kB", "MB", "GB", "TB"] as const;
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${formatNumber(value, language, power === 0 || value >= 100 ? 0 : 1)} ${units[power]}`;
}

/** Never “-0”. */
export function formatNumber(value: number, language: Language, digits: number): string {
  return new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: "negative" }).format(value);
}

/** As a field shows it: every digit that counts, and nothing between thousands. */
export function formatPlain(value: number, language: Language): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 6, useGrouping: false }).format(value);
}

/** 0:07, 12:30, 1:02:03. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = String(rest).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

/** 0:07.4, for a place in the video. */
export function formatMoment(seconds: number, language: Language): string {
  const tenths = Math.round(Math.max(0, seconds) * 10);
  const separator = formatNumber(0.1, language, 1).charAt(1);
  return `${formatClock(Math.floor(tenths / 10))}${separator}${tenths % 10}`;
}

/** 4.2 s; “< 0.1 s” rather than a nought for what did last. */
export function formatSeconds(seconds: number, language: Language): string {
  if (seconds === 0) return "0\u00a0s";
  if (seconds < LEAST_TOLD_S) return `<\u00a0${formatNumber(0.1, language, 1)}\u00a0s`;
  return `${formatNumber(seconds, language, 1)}\u00a0s`;
}

/** A length of time: 4.2 s, 42 s, 3 min 20 s, 1 h 5 min; a dash where it is not known. */
export function formatDuration(seconds: number, language: Language): string {
  if (Number.isNaN(seconds)) return "–";
  const whole = Math.round(seconds);
  if (seconds < 10) return formatSeconds(seconds, language);
  if (whole < 60) return `${whole}\u00a0s`;
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (hours > 0) return `${hours}\u00a0h ${minutes}\u00a0min`;
  return rest > 0 ? `${minutes}\u00a0min ${rest}\u00a0s` : `${minutes}\u00a0min`;
}

/** 43 %, and “< 1 %” rather than a nought for something that did happen. */
export function formatPercent(percent: number, language: Language): string {
  if (percent > 0 && percent < 1) return "<\u00a01\u00a0%";
  return `${formatNumber(percent, language, 0)}\u00a0%`;
}

export function formatDegrees(degrees: number, language: Language, digits = 0): string {
  return Number.isNaN(degrees) ? "–" : `${formatNumber(degrees, language, digits).replace("-", "−")}°`;
}

export function formatDate(moment: string, language: Language): string {
  // Day before month in words: the American order of figures would mislead most readers of English.
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(moment));
}
