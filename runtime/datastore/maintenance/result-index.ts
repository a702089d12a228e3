import { parseResult } from "../kinds/result.ts";
import type { AttemptResult } from "../records.ts";
import type { Storage } from "../storage.ts";
import { linesOf } from "../lines-of.ts";

/** Runs whose results are kept at hand: a resume points into a few others. */
const KEPT_RUNS = 4;

/** Which attempt each result line is, by `segment/offset`. */
export type ResultLines = ReadonlyMap<string, string>;

/** Looks up whether locators point to the lines that they say. */
export class ResultIndex {
  readonly #storage: Storage;
  readonly #runs = new Map<string, ResultLines>();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** For a run whose results were just read. */
  keep(folder: string, lines: ResultLines): ResultLines {
    this.#runs.delete(folder);
    this.#runs.set(folder, lines);
    for (const [oldest] of this.#runs) if (this.#runs.size > KEPT_RUNS) this.#runs.delete(oldest);
    return lines;
  }

  of(folder: string): ResultLines {
    return this.keep(folder, this.#runs.get(folder) ?? this.#read(folder));
  }

  #read(folder: string): ResultLines {
    const lines = new Map<string, string>();
    for (const name of this.#storage.list(`${folder}/results`)) {
      const segment = name.replace(/\.jsonl$/, "");
      const key = `${folder}/results/${name}`;
      for (const { text, offset } of linesOf(this.#storage, key)) {
        const result = resultIn(text, key);
        if (result !== null) lines.set(`${segment}/${offset}`, attemptName(result));
      }
    }
    return lines;
  }
}

type AttemptName = Pick<AttemptResult, "step" | "task" | "attempt">;

/** As a locator names it. */
export function attemptName({ step, task, attempt }: AttemptName): string {
  return `${step}/${task}/${attempt}`;
}

function resultIn(text: string, key: string): AttemptName | null {
  try {
    return parseResult(text, key);
  } catch {
    return null;
  }
}
