import type { Datastore } from "../datastore.ts";
import type { RunEvent } from "../run-event.ts";
import { journalKind, faultOfEvent } from "../kinds/journal.ts";
import { placeAt, type PlaceInKey } from "../kinds/key-pattern.ts";
import { type RecordKind, START_ANEW } from "../kinds/record-kind.ts";
import { faultOfResult, resultKind } from "../kinds/result.ts";
import { runKind } from "../kinds/run.ts";
import { placedEvents, type PlacedEvent } from "../journal-parts.ts";
import { linesOf, type PlacedLine } from "../lines-of.ts";
import { parseJson } from "../parse-record.ts";
import { BASED_FORMAT, locatorOf, parseLocator, RECORD_FORMAT, type ResultLine, type RunDocument } from "../records.ts";
import { faultOfBase } from "../fault-of-base.ts";
import { documentKey, journalKey, runFolder } from "../run-keys.ts";
import { announced } from "./announced.ts";
import { JournalCheck, type NamedResult } from "./journal-check.ts";
import { problem, type Problem, problemOf } from "./problem.ts";
import { RecordCheck } from "./record-check.ts";
import type { ReferenceCheck } from "./reference-check.ts";
import { attemptName, type ResultIndex } from "./result-index.ts";
import { documentAt, type RecordPlace } from "./run-facts.ts";

export interface RunCheckOptions {
  readonly place: RecordPlace;
  readonly references: ReferenceCheck;
  readonly index: ResultIndex;
  /** Keys of its other records, by their kind. */
  readonly others: ReadonlyMap<RecordKind, readonly string[]>;
  /** Lists of items that were looked through already: a resume names those of its origin. */
  readonly seenLists: Set<string>;
}

export interface CheckedRun {
  /** False for a folder without `run.json`. */
  readonly isRun: boolean;
  readonly results: number;
  readonly problems: readonly Problem[];
}

/** Kinds that a check of a run reads by themselves, as they make sense only together. */
export const CHECKED_TOGETHER: readonly RecordKind[] = [runKind, journalKind, resultKind];

/** Reads all that one record says, and follows what it names. */
export function checkRun(store: Datastore, options: RunCheckOptions): CheckedRun {
  return new RunCheck(store, options).run();
}

class RunCheck {
  readonly #store: Datastore;
  readonly #options: RunCheckOptions;
  readonly #problems: Problem[] = [];
  readonly #records: RecordCheck;

  constructor(store: Datastore, options: RunCheckOptions) {
    this.#store = store;
    this.#options = options;
    this.#records = new RecordCheck(store, { ...options, add: (found) => this.#problems.push(found) });
  }

  run(): CheckedRun {
    const { place, others } = this.#options;
    const key = documentKey(place);
    const found = this.#tried(runKind, this.#at(key), () => documentAt(this.#store, place));
    if (found === null) return { isRun: false, results: 0, problems: [] };
    const document = found === FAILED ? null : found;
    if (document !== null) {
      const named = { at: this.#at(key), time: document.createdAt };
      for (const seen of this.#records.follow(runKind, document, named)) this.#add(runKind, named.at, seen);
    }
    // First the journal: what it names was committed before.
    const journal = this.#read(journalKind, journalKey(place), () => this.#journal(document));
    const named = journal === FAILED ? [] : journal;
    const committed = new Set(named.map(({ locator }) => locator));
    const results = this.#read(resultKind, `${runFolder(place)}/results`, () => this.#results(committed));
    this.#locators(named);
    for (const [kind, keys] of others) this.#read(kind, runFolder(place), () => this.#records.check(kind, { keys }));
    return { isRun: true, results: results === FAILED ? 0 : results, problems: this.#problems };
  }

  #journal(document: RunDocument | null): readonly NamedResult[] {
    const check = new JournalCheck(document === null ? null : new Set(document.graph.steps.map(({ name }) => name)));
    for (const { key, text, offset } of this.#events(document)) {
      const event = parsed(text);
      const fault = event === null ? "it is not valid JSON" : faultOfEvent(event);
      const seen = fault ?? check.apply(event as RunEvent);
      if (seen === null) continue;
      this.#add(journalKind, this.#at(key), `the line at byte ${offset}: ${seen}`);
      // What follows makes no sense without it.
      if (fault !== null) break;
    }
    return check.results;
  }

  #results(named: ReadonlySet<string>): number {
    const { storage } = this.#store;
    const folder = runFolder(this.#options.place);
    const names = storage.list(`${folder}/results`);
    const lines = new Map<string, string>();
    const want = (name: string) => ({ op: "tail", key: `${folder}/results/${name}` }) as const;
    for (const name of announced(names, { storage, want })) {
      const key = `${folder}/results/${name}`;
      for (const { text, offset } of this.#lines(resultKind, key)) {
        const line = parsed(text);
        const at = this.#atResult(key, line);
        const fault = isResult(line) ? faultOfResult(line) : text.slice(0, 60);
        if (fault !== null) {
          this.#add(resultKind, at, `the line at byte ${offset} is not a result: ${fault}`);
          continue;
        }
        const result = line as ResultLine;
        const segment = name.replace(/\.jsonl$/, "");
        lines.set(`${segment}/${offset}`, attemptName(result));
        // A gc may have been faster than the cache: then the step ran, and this counts for nobody.
        if (result.repeats !== undefined && !named.has(locatorOf({ ...result, segment, offset }))) continue;
        for (const seen of this.#records.follow(resultKind, result, { at, time: result.finishedAt }))
          this.#add(resultKind, at, seen);
      }
    }
    this.#options.index.keep(folder, lines);
    return lines.size;
  }

  #locators(named: readonly NamedResult[]): void {
    const { place, index } = this.#options;
    for (const { locator, step, task } of named) {
      const of = parseLocator(locator);
      const own = of.run === place.run;
      const lines = index.of(own ? runFolder(place) : runFolder({ flow: place.flow, run: of.run }));
      const found = lines.get(`${of.segment}/${of.offset}`);
      if (found === attemptName(of)) continue;
      const at = { ...this.#at(locator), step, name: String(task) };
      const seen = found === undefined ? "there is no result at that place" : `the result there belongs to ${found}`;
      const loses = [`all artifacts of ${resultKind.title(at)}`];
      this.#problems.push(problem("result", { place: locator, seen, loses, mend: resultKind.fix(at) }));
    }
  }

  /** What cannot be read is a problem, and the last. */
  *#events(document: RunDocument | null): Generator<PlacedEvent> {
    const { place } = this.#options;
    try {
      yield* placedEvents(this.#store.storage, { ...place, mayContinue: document?.mayContinue });
    } catch (error) {
      this.#add(journalKind, this.#at(journalKey(place)), error);
    }
  }

  /** One that cannot be a line is a problem, and the last. */
  *#lines(kind: RecordKind, key: string): Generator<PlacedLine> {
    try {
      yield* linesOf(this.#store.storage, key);
    } catch (error) {
      this.#add(kind, this.#at(key), error);
    }
  }

  /** What cannot be read at all: no file, or one that is too large. */
  #read<T>(kind: RecordKind, key: string, action: () => T): T | typeof FAILED {
    try {
      return action();
    } catch (error) {
      const { flow, run } = this.#options.place;
      const loses = [`some of ${flow}/${run}`];
      this.#problems.push(problem(kind.name, { place: key, seen: error, loses, mend: START_ANEW }));
      return FAILED;
    }
  }

  #tried<T>(kind: RecordKind, at: PlaceInKey, action: () => T): T | typeof FAILED {
    try {
      return action();
    } catch (error) {
      this.#add(kind, at, error);
      return FAILED;
    }
  }

  #add(kind: RecordKind, at: PlaceInKey, seen: unknown): void {
    this.#problems.push(problemOf(kind, at, seen));
  }

  #at(key: string): PlaceInKey {
    const { flow, run } = this.#options.place;
    return { ...placeAt(key), flow, run };
  }

  /** As far as the line says whose it is. */
  #atResult(key: string, line: object | null): PlaceInKey {
    const { step, task } = (line ?? {}) as { step?: unknown; task?: unknown };
    return typeof step === "string" ? { ...this.#at(key), step, name: String(task) } : this.#at(key);
  }
}

const FAILED = Symbol("failed");

function isResult(line: object | null): boolean {
  if (line === null) return false;
  const { format, step } = line as { format?: unknown; step?: unknown };
  return (
    (format === RECORD_FORMAT || format === BASED_FORMAT) && typeof step === "string" && faultOfBase(line) === null
  );
}

function parsed(text: string): object | null {
  try {
    const value = parseJson(text, "");
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}
