import { parseRecordOf } from "../parse-record.ts";
import { BASED_FORMAT, RECORD_FORMAT, type ResultLine, type TakenTransition } from "../records.ts";
import { faultOfBase } from "../fault-of-base.ts";
import { count, faultIn, fields, name, object, oneOf, optional, orNull, time } from "../shapes/checks.ts";
import { artifactTable, errorRecord, featureUses, lastValues, locator, takenTransition } from "../shapes/parts.ts";
import { type RecordKind, type Reference, START_ANEW } from "./record-kind.ts";
import { valuesIn } from "./values-in.ts";

const result = fields({
  run: name,
  step: name,
  task: count,
  attempt: count,
  status: oneOf("succeeded", "failed", "caught"),
  startedAt: time,
  finishedAt: time,
  artifacts: artifactTable,
  next: orNull(takenTransition),
  error: orNull(errorRecord),
  repeats: optional(locator),
  gpu: optional(object),
  metrics: optional(lastValues),
  features: optional(featureUses),
});

/** What one attempt of a task left. */
export const resultKind: RecordKind<ResultLine> = {
  name: "result",
  keys: [
    { key: "flows/<Flow>/<run>/results/<segment>.jsonl", is: "what tasks left, one attempt a line", form: "lines" },
  ],
  parse: parseResult,
  *references({ base, artifacts, next }) {
    if (base !== undefined) yield { to: "table", hash: base.blob, isPassedOn: base.repeated > 0 };
    yield* valuesIn(artifacts, "artifact");
    yield* itemsOf(next);
  },
  title: ({ flow, run, step, name: task }) =>
    step === "" ? `a task of ${flow}/${run}` : `${flow}/${run}/${step}/${task}`,
  loses: (at) => [resultKind.title(at)],
  fix: ({ run, step }) => (step === "" ? START_ANEW : `resume ${step} --origin-run-id ${run}`),
};

/** Parses a line of results; its table is complete only with its base. */
export function parseResult(line: string, key: string): ResultLine {
  const faultOf = (record: unknown) => faultOfResult(record) ?? faultOfBase(record);
  return parseRecordOf([RECORD_FORMAT, BASED_FORMAT], line, { key, faultOf }) as ResultLine;
}

export function faultOfResult(record: unknown): string | null {
  return faultIn(result, record);
}

/** The lists of items that a split made. */
export function* itemsOf(next: TakenTransition | null | undefined): Generator<Reference> {
  if (next?.kind !== "foreach") return;
  for (const [at, hash] of next.items.blobs.entries()) yield { to: "items", hash, first: at * next.items.itemsPerBlob };
}
