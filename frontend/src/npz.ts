/** Reads single numbers and words out of an `.npz` in storage without fetching the whole file. */

/** Bytes from `start` up to, not with, `end`. */
export type ReadBytes = (start: number, end: number) => Promise<Uint8Array>;

export class UnreadableArchive extends Error {}

interface Entry {
  readonly name: string;
  readonly offset: number;
  readonly packed: number;
  readonly deflated: boolean;
}

const END_BYTES = 22;
const TAIL_BYTES = 8192;
const LOCAL_BYTES = 30;
/** More than numpy's local headers have beside the name. */
const EXTRA_BYTES = 64;
const [END, CENTRAL] = [0x06054b50, 0x02014b50];

/** The scalars `names` of the archive. Throws UnreadableArchive where one is missing or the file is no such archive. */
export async function readScalars(
  read: ReadBytes, size: number, names: readonly string[],
): Promise<ReadonlyMap<string, number | string>> {
  const entries = await readDirectory(read, size);
  const values = await Promise.all(names.map(async (name) => {
    const entry = entries.find((found) => found.name === `${name}.npy`);
    if (!entry) throw new UnreadableArchive(name);
    return [name, scalarOf(await readEntry(read, size, entry))] as const;
  }));
  return new Map(values);
}

async function readDirectory(read: ReadBytes, size: number): Promise<readonly Entry[]> {
  const from = Math.max(size - TAIL_BYTES, 0);
  const tail = await read(from, size);
  const end = viewOf(tail.subarray(Math.max(tail.length - END_BYTES, 0)));
  if (end.byteLength < END_BYTES || end.getUint32(0, true) !== END) throw new UnreadableArchive("no directory at the end");
  const [count, bytes, start] = [end.getUint16(10, true), end.getUint32(12, true), end.getUint32(16, true)];
  const directory = start >= from ? tail.subarray(start - from) : await read(start, start + bytes);
  const entries: Entry[] = [];
  for (let at = 0, number = 0; number < count; number += 1) {
    const head = viewOf(directory.subarray(at));
    if (head.getUint32(0, true) !== CENTRAL) throw new UnreadableArchive("damaged directory");
    const name = head.getUint16(28, true);
    entries.push({
      name: new TextDecoder().decode(directory.subarray(at + 46, at + 46 + name)),
      deflated: head.getUint16(10, true) === 8, packed: head.getUint32(20, true), offset: head.getUint32(42, true),
    });
    at += 46 + name + head.getUint16(30, true) + head.getUint16(32, true);
  }
  return entries;
}

async function readEntry(read: ReadBytes, size: number, entry: Entry): Promise<Uint8Array> {
  const end = entry.offset + LOCAL_BYTES + entry.name.length + EXTRA_BYTES + entry.packed;
  const bytes = await read(entry.offset, Math.min(end, size));
  const head = viewOf(bytes);
  const start = LOCAL_BYTES + head.getUint16(26, true) + head.getUint16(28, true);
  const packed = bytes.slice(start, start + entry.packed);
  if (!entry.deflated) return packed;
  const inflated = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(inflated).arrayBuffer());
}

/** The value of an `.npy` with a single double or text. */
function scalarOf(npy: Uint8Array): number | string {
  const view = viewOf(npy);
  const start = 10 + view.getUint16(8, true);
  const header = new TextDecoder().decode(npy.subarray(10, start));
  if (header.includes("'<f8'")) return view.getFloat64(start, true);
  const letters = Number(/'<U(\d+)'/.exec(header)?.[1] ?? Number.NaN);
  if (Number.isNaN(letters)) throw new UnreadableArchive(header);
  const codes = Array.from({ length: letters }, (_, index) => view.getUint32(start + 4 * index, true));
  return String.fromCodePoint(...codes.filter((code) => code !== 0));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
