import { isMillraceError, MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../../sdk/base/nearest.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import { loadArtifact } from "../../../datastore/load-artifact.ts";
import { announceEnds, endArtifacts } from "../../../datastore/reader/end-artifacts.ts";
import type { RunSummary } from "../../../datastore/reader/run-summary.ts";
import { caughtFields } from "../../../graph/caught-fields.ts";
import { refIn } from "../../../datastore/records.ts";
import { fieldAt, fieldNames, type FieldPath, parseFieldPath } from "../../show/field-at.ts";

/** Parameters and fields of end tasks' artifacts, by run and column: null where a run has none. */
export interface ChosenColumns {
  readonly names: readonly string[];
  /** As many rows as runs, as many values as names. */
  readonly rows: readonly (readonly ({ readonly value: unknown } | null)[])[];
  /** What cannot be read, and why. */
  readonly warnings: readonly string[];
}

interface Column {
  readonly text: string;
  readonly head: string;
  readonly path: FieldPath;
}

/**
 * Reads what the columns name, and nothing else.
 * @param texts - as the user gave them: `horizon`, `bests.mape`, several with commas between
 * @throws MillraceError `MILLRACE_USAGE` for a column that no run has
 */
export function chosenColumns(
  store: Datastore,
  { runs, texts }: { runs: readonly RunSummary[]; texts: readonly string[] },
): ChosenColumns {
  const columns = texts.flatMap((text) => text.split(",")).map(columnOf);
  const reader = new ColumnReader(store, columns);
  announceEnds(store, runs);
  const rows = runs.map((run) => reader.row(run));
  const missing = columns.filter((_, at) => runs.length > 0 && rows.every((row) => row[at] === null));
  const caught = new Set(runs.flatMap(({ document }) => [...caughtFields(document.graph)]));
  const unknown = missing.find(({ head }) => !caught.has(head));
  if (unknown !== undefined && reader.hasEnds) throw reader.unknown(unknown);
  const waiting = (reader.hasEnds ? [] : missing).map(
    ({ text }) => `no run listed has ${text} yet, as none has reached its end`,
  );
  return { names: columns.map(({ text }) => text), rows, warnings: [...reader.warnings, ...waiting] };
}

function columnOf(text: string): Column {
  const [head, ...path] = parseFieldPath(text.trim()) ?? [];
  if (head !== undefined) return { text: text.trim(), head, path };
  throw new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot show the column ${JSON.stringify(text)} because it does not name a parameter or a field`,
    hint: "for example --columns horizon,bests.mape,losses.0",
  });
}

class ColumnReader {
  readonly warnings: string[] = [];
  /** A run has reached its end, so a name that none has is none. */
  hasEnds = false;
  readonly #store: Datastore;
  readonly #columns: readonly Column[];
  /** What there is beside the names asked for, to tell what may be meant. */
  readonly #names = new Set<string>();
  readonly #fields = new Map<Column, Set<string>>();

  constructor(store: Datastore, columns: readonly Column[]) {
    this.#store = store;
    this.#columns = columns;
  }

  row(run: RunSummary): ({ readonly value: unknown } | null)[] {
    const ends = endArtifacts(this.#store, run);
    this.hasEnds ||= ends !== null;
    const table = { ...ends, ...run.document.configs, ...run.parameters };
    for (const name of Object.keys(table)) this.#names.add(name);
    const loaded = new Map<string, { readonly value: unknown } | null>();
    return this.#columns.map((column) => {
      const { head, path } = column;
      const ref = refIn(table, head);
      if (ref === undefined) return null;
      if (!loaded.has(head)) loaded.set(head, this.#load(run, { name: head, ref }));
      const whole = loaded.get(head) ?? null;
      const found = whole === null ? null : fieldAt(whole.value, path);
      if (whole !== null && found === null) this.#noteFields(column, whole.value);
      return found;
    });
  }

  unknown(column: Column): MillraceError {
    const { text, head } = column;
    const isHead = !this.#names.has(head);
    const known = isHead ? this.#names : (this.#fields.get(column) ?? []);
    const candidates = [...known].sort();
    const meant = nearest(isHead ? head : text, candidates);
    const rest = isHead ? text.slice(head.length) : "";
    return new MillraceError({
      code: "MILLRACE_USAGE",
      headline: `Cannot show the column ${text} because no run listed has ${isHead ? `a parameter or an artifact at its end named ${head}` : "that field"}`,
      details: [`there are: ${candidates.join(", ") || "none"}`],
      ...(meant === null ? {} : { hint: `did you mean ${meant}${rest}?` }),
    });
  }

  #load(run: RunSummary, { name, ref }: { name: string; ref: Parameters<typeof loadArtifact>[2] }) {
    try {
      return { value: loadArtifact(this.#store.blobs, name, ref) };
    } catch (error) {
      if (!isMillraceError(error)) throw error;
      this.warnings.push(`${name} of ${run.run} is left out: ${error.message}`);
      return null;
    }
  }

  /** The fields there are where the path leaves what there is. */
  #noteFields(column: Column, whole: unknown): void {
    const { head, path } = column;
    let depth = 0;
    while (fieldAt(whole, path.slice(0, depth + 1)) !== null) depth += 1;
    const before = [head, ...path.slice(0, depth)];
    const fields = this.#fields.get(column) ?? new Set();
    for (const name of fieldNames(fieldAt(whole, path.slice(0, depth))?.value).slice(0, MAX_FIELDS))
      fields.add([...before, name].join("."));
    this.#fields.set(column, fields);
  }
}

/** Of a long array not all indices are worth telling. */
const MAX_FIELDS = 50;
