/** Reads the four signals of the chart from `angles.csv`, and thins them for drawing. */

export const PARTS = ["trunk", "neck", "arm_left", "arm_right"] as const;
export type Part = (typeof PARTS)[number];

/** CSV columns in degrees: the signals of the original zones, and for arms how far the elbow is behind the trunk. */
const COLUMNS: Readonly<Record<Part, readonly [angle: string, behind?: string]>> = {
  trunk: ["trunk_flexion_deg"],
  neck: ["neck_flexion_deg"],
  arm_left: ["arm_elevation_left_deg", "arm_retroflexion_left_deg"],
  arm_right: ["arm_elevation_right_deg", "arm_retroflexion_right_deg"],
};
const BEHIND_DEG = 10;

export interface Angles {
  /** Seconds from the start of the video, rising. */
  readonly times: Float64Array;
  /** Degrees, NaN where unseen; as long as `times`. */
  readonly signals: Readonly<Record<Part, Float32Array>>;
}

export class UnreadableTable extends Error {}

/** Throws UnreadableTable where the header lacks a column. Lines that start with # are remarks. */
export function parseAngles(text: string): Angles {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line !== "" && !line.startsWith("#"));
  const header = (lines[start] ?? "").trim().split(",");
  const at = (name: string): number => {
    const index = header.indexOf(name);
    if (index < 0) throw new UnreadableTable(name);
    return index;
  };
  const time = at("time_s");
  const columns = PARTS.map((part) => ({
    angle: at(COLUMNS[part][0]), behind: header.indexOf(COLUMNS[part][1] ?? "none"),
  }));
  const columnsRead = Math.max(time, ...columns.flatMap(({ angle, behind }) => [angle, behind])) + 1;
  const rows = lines.slice(start + 1).filter((line) => line !== "" && !line.startsWith("#"));
  const times = new Float64Array(rows.length);
  const values = PARTS.map(() => new Float32Array(rows.length));
  rows.forEach((row, index) => {
    const cells = row.split(",", columnsRead);
    times[index] = Number(cells[time]);
    columns.forEach(({ angle, behind }, part) => {
      (values[part] as Float32Array)[index] = signed(degreesOf(cells[angle]), degreesOf(cells[behind]));
    });
  });
  const signals = Object.fromEntries(PARTS.map((part, index) => [part, values[index]]));
  return { times, signals: signals as Record<Part, Float32Array> };
}

function degreesOf(cell: string | undefined): number {
  const text = cell?.trim() ?? "";
  return text === "" ? Number.NaN : Number(text);
}

/** An arm's elevation counts below nought while the elbow is clearly behind the trunk, as the zones count it. */
function signed(elevation: number, behind: number): number {
  const sine = (degrees: number): number => Math.sin((degrees * Math.PI) / 180);
  const drawnBack = behind > BEHIND_DEG && sine(behind) > Math.SQRT1_2 * sine(elevation);
  return drawnBack ? -elevation : elevation;
}

/** Index of the sample nearest to `seconds`; −1 where there is none. */
export function nearest(times: Float64Array, seconds: number): number {
  let [low, high] = [0, times.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) <= seconds) low = middle;
    else high = middle;
  }
  if (high < 0) return -1;
  return seconds - (times[low] as number) <= (times[high] as number) - seconds ? low : high;
}

export interface Point {
  readonly time: number;
  readonly value: number;
}

/** An unbroken piece of a signal. */
export type Run = readonly Point[];

/**
 * The signal as unbroken runs with at most about two points in each of `buckets` equal spans of time: lowest and highest,
 * in their order, so that no peak is lost however long the video. A gap in time longer than `gapS` breaks a run.
 */
export function thin(times: Float64Array, values: Float32Array, buckets: number, gapS = 0.5): readonly Run[] {
  const span = Math.max((times.at(-1) ?? 0) - (times[0] ?? 0), 1e-9) / buckets;
  const runs: Point[][] = [];
  let run: Point[] = [];
  let bucket: Point[] = [];
  let number = -1;
  const flush = (): void => {
    run.push(...extremes(bucket));
    bucket = [];
  };
  const close = (): void => {
    flush();
    if (run.length > 0) runs.push(run);
    run = [];
  };
  for (let index = 0; index < times.length; index += 1) {
    const [time, value] = [times[index] as number, values[index] as number];
    if (Number.isNaN(value)) {
      close();
      continue;
    }
    if (index > 0 && time - (times[index - 1] as number) > gapS) close();
    const current = Math.floor((time - (times[0] as number)) / span);
    if (current !== number) flush();
    number = current;
    bucket.push({ time, value });
  }
  close();
  return runs;
}

function extremes(bucket: readonly Point[]): readonly Point[] {
  if (bucket.length <= 2) return bucket;
  const low = bucket.reduce((best, point) => (point.value < best.value ? point : best));
  const high = bucket.reduce((best, point) => (point.value > best.value ? point : best));
  if (low === high) return [low];
  return low.time < high.time ? [low, high] : [high, low];
}

/** Lowest and highest value of a signal; NaN where it has none. */
export function extent(values: Float32Array): readonly [number, number] {
  let [low, high] = [Number.NaN, Number.NaN];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (!(low <= value)) low = value;
    if (!(high >= value)) high = value;
  }
  return [low, high];
}
