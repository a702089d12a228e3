import { loadArtifact } from "../../datastore/load-artifact.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { readRun } from "../../datastore/reader/read-run.ts";
import { refIn } from "../../datastore/records.ts";

/** What the tasks of a run of `predict` left, in the order of the file. */
export interface RunAnswers {
  readonly answers: readonly string[];
  readonly errors: readonly string[];
  readonly answered: number;
  readonly refused: number;
}

export function answersOfRun(
  store: Datastore,
  { flow, run }: { readonly flow: string; readonly run: string },
): RunAnswers {
  const tasks = readRun(store, { flow, run }).tasks.filter(({ step }) => step === "predict");
  const found = tasks
    .sort((a, b) => (a.index ?? 0) - (b.index ?? 0))
    .map(({ result }) => {
      const table = result === null ? {} : store.record(flow, run).resultAt(result).artifacts;
      return (name: string): unknown => {
        const ref = refIn(table, name);
        return ref === undefined ? undefined : loadArtifact(store.blobs, name, ref);
      };
    });
  const sum = (name: string) => found.reduce((total, value) => total + Number(value(name) ?? 0), 0);
  return {
    answers: found.map((value) => textOf(value("answers"))),
    errors: found.map((value) => textOf(value("errors"))),
    answered: sum("answered"),
    refused: sum("refused"),
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
