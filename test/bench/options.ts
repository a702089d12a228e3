import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { MillraceError } from "../../sdk/base/millrace-error.ts";

/** What the command line asks for. */
export interface BenchOptions {
  /** Null: all cases but the long ones. */
  readonly only: readonly string[] | null;
  /** The long cases too. */
  readonly isAll: boolean;
  /** Null: each case's own number. */
  readonly runs: number | null;
  readonly jsonFile: string;
  readonly isMetaflowSkipped: boolean;
  readonly metaflowTasks: number;
  readonly metaflowWorkers: number;
  readonly fileMb: number;
  readonly isSmall: boolean;
}

export const USAGE = `npm run bench -- [options] [GROUP]
  GROUP                 the cases whose names begin with it, such as store
  --only NAME,NAME      these cases only
  --all                 the long ones too
  --runs N              pairs measured in every case
  --json FILE           where the figures go (test/bench/results/latest.json)
  --skip-metaflow       measure Millrace alone
  --metaflow-foreach N  tasks that Metaflow really runs where Millrace runs 1,000, scaled if fewer (100)
  --metaflow-workers N  Metaflow's --max-workers (as many as cores: what Millrace starts)
  --file-mb N           size of the file of the group file, in MB (2000)
  --small               the group features with a hundredth of its data, to try it`;

const DEFAULT_JSON = path.join(import.meta.dirname, "results", "latest.json");

/** @throws on an unknown option, an unknown case or a number that is none */
export function parseOptions(args: readonly string[], caseNames: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      only: { type: "string" },
      all: { type: "boolean", default: false },
      runs: { type: "string" },
      json: { type: "string" },
      "skip-metaflow": { type: "boolean", default: false },
      "metaflow-foreach": { type: "string", default: "100" },
      "metaflow-workers": { type: "string", default: `${os.availableParallelism()}` },
      "file-mb": { type: "string", default: "2000" },
      small: { type: "boolean", default: false },
    },
  });
  return {
    only: wantedCases({ only: values.only?.split(",") ?? [], groups: positionals }, caseNames),
    isAll: values.all,
    runs: values.runs === undefined ? null : atLeast(1, { flag: "runs", text: values.runs }),
    jsonFile: values.json === undefined ? DEFAULT_JSON : path.resolve(values.json),
    isMetaflowSkipped: values["skip-metaflow"],
    // Two points make the straight line that is scaled along.
    metaflowTasks: atLeast(2, { flag: "metaflow-foreach", text: values["metaflow-foreach"] }),
    metaflowWorkers: atLeast(1, { flag: "metaflow-workers", text: values["metaflow-workers"] }),
    fileMb: atLeast(1, { flag: "file-mb", text: values["file-mb"] }),
    isSmall: values.small,
  };
}

function wantedCases(
  { only, groups }: { only: readonly string[]; groups: readonly string[] },
  known: readonly string[],
): readonly string[] | null {
  if (only.length + groups.length === 0) return null;
  const inGroups = groups.map((group) => known.filter((name) => name.startsWith(`${group}-`)));
  const empty = groups.filter((_, index) => inGroups[index]?.length === 0);
  return [...knownCases([...only, ...empty], known), ...inGroups.flat()];
}

function knownCases(asked: readonly string[], known: readonly string[]): readonly string[] {
  const unknown = asked.filter((name) => !known.includes(name));
  if (unknown.length === 0) return asked;
  throw usageError(`Cannot run a case that does not exist: ${unknown.join(", ")}`, `the cases are ${known.join(", ")}`);
}

function atLeast(least: number, { flag, text }: { flag: string; text: string }): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw usageError(`Cannot use --${flag} because it must be a whole number of at least ${least}: ${text}`, USAGE);
}

function usageError(headline: string, hint: string): MillraceError {
  return new MillraceError({ code: "MILLRACE_USAGE", headline, hint });
}
