import { settled } from "./load-artifact.ts";
import { type Blobs, hashOf } from "./blobs.ts";
import { parseTable } from "./parse-table.ts";
import {
  type ArtifactTable,
  type AttemptResult,
  BASED_FORMAT,
  RECORD_FORMAT,
  type ResultLine,
  type TakenTransition,
} from "./records.ts";
import { deltaOf, laidOver, tableBytes } from "./table-delta.ts";

/** A table up to this size stands in its line, whatever was there before. */
const SMALL_BYTES = 4096;
/** Tables that are kept at hand: of the results of a run most have one base. */
const KEPT_BYTES = 32 * 2 ** 20;

/**
 * The tables of results as their lines hold them: what a line has in common with those before it lies once, in a blob,
 * and the line has the rest. One blob at most stands between a line and its table.
 */
export class ResultTables {
  readonly #blobs: Blobs;
  readonly #kept = new Map<string, { readonly table: ArtifactTable; readonly bytes: number }>();

  constructor(blobs: Blobs) {
    this.#blobs = blobs;
  }

  /** What a line says, with its complete table. */
  whole(line: ResultLine): AttemptResult {
    const { base, ...result } = line;
    if (base === undefined) return result;
    const { blob, without, repeated } = base;
    const artifacts = laidOver(this.base(blob), { changed: line.artifacts, without });
    return { ...result, artifacts, base: { blob, repeated } };
  }

  /**
   * Gives a result its base. A blob is made of its table as soon as repeating the changes, in the lines before and in
   * those of the tasks that follow, takes more than the table itself.
   * @param before - the result that the task went on from
   */
  based(of: AttemptResult, before: AttemptResult | null): AttemptResult {
    const result = { ...of, base: undefined };
    const { artifacts, next } = result;
    const whole = tableBytes(artifacts);
    if (whole <= SMALL_BYTES) return result;
    const common = before?.base;
    const changed = common === undefined ? whole : deltaOf(this.base(common.blob), artifacts).bytes;
    const line = Math.min(whole, changed);
    const repeated = repeatedBy(before) + line;
    if (repeated > whole || line * successors(next) > whole)
      return { ...result, base: { blob: this.#put(artifacts), repeated: 0 } };
    return common === undefined || line === whole ? result : { ...result, base: { blob: common.blob, repeated } };
  }

  /** A result as it is stored. */
  line(result: AttemptResult): ResultLine {
    const { base, ...rest } = result;
    if (base === undefined) return { ...rest, format: RECORD_FORMAT };
    const { changed, without } = deltaOf(this.base(base.blob), result.artifacts);
    return { ...rest, format: BASED_FORMAT, artifacts: changed, base: { ...base, without } };
  }

  /** A table that lines have in common. */
  base(blob: string): ArtifactTable {
    const known = this.#kept.get(blob);
    if (known !== undefined) return this.#keep(blob, known);
    const bytes = this.#blobs.read(blob, (source) => {
      const all = Buffer.allocUnsafe(source.size);
      source.read(all, 0);
      return all;
    });
    return this.#keep(blob, { table: parseTable(bytes.toString(), blob), bytes: bytes.length });
  }

  #put(table: ArtifactTable): string {
    const bytes = Buffer.from(JSON.stringify(table));
    const blob = hashOf([bytes]);
    settled(this.#blobs, () => this.#blobs.put(blob, [bytes]));
    this.#keep(blob, { table, bytes: bytes.length });
    return blob;
  }

  #keep(blob: string, kept: { readonly table: ArtifactTable; readonly bytes: number }): ArtifactTable {
    this.#kept.delete(blob);
    this.#kept.set(blob, kept);
    let bytes = 0;
    for (const one of this.#kept.values()) bytes += one.bytes;
    for (const [oldest, one] of this.#kept) {
      if (bytes <= KEPT_BYTES || oldest === blob) break;
      this.#kept.delete(oldest);
      bytes -= one.bytes;
    }
    return kept.table;
  }
}

/** What the lines up to this one hold again and again since the last blob. */
function repeatedBy(before: AttemptResult | null): number {
  if (before === null) return 0;
  if (before.base !== undefined) return before.base.repeated;
  const bytes = tableBytes(before.artifacts);
  return bytes > SMALL_BYTES ? bytes : 0;
}

/** Tasks that go on from a result, each of which repeats what it lacks. */
function successors(next: TakenTransition | null): number {
  switch (next?.kind) {
    case "foreach":
    case "gang":
      return next.size;
    case "branch":
      return next.targets.length;
    default:
      return 1;
  }
}
