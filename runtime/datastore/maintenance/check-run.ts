import type { Datastore } from "../datastore.ts";
import type { RunEvent } from "../events.ts";
import {
  type ArtifactRef,
  BASED_FORMAT,
  locatorOf,
  parseLocator,
  RECORD_FORMAT,
  type ResultLine,
  type RunDocument,
} from "../records.ts";
import { faultOfEvent, faultOfResult } from "../record-shapes.ts";
import { faultOfBase } from "../result-base.ts";
import { documentKey, journalKey, runFolder } from "../run-keys.ts";
import type { Checkpointed } from "../run-record.ts";
import { tagsNow } from "../tags.ts";
import { announced } from "./announced.ts";
import { JournalCheck, type NamedResult } from "./journal-check.ts";
import { linesOf, type PlacedLine } from "../lines.ts";
import { problem, type Problem, type ProblemKind } from "./problems.ts";
import type { ReferenceCheck, Use } from "./reference-check.ts";
import { readRelease } from "../release-document.ts";
import { blobsOfRelease, blobsOfShipment, itemsIn, refsOf } from "./references.ts";
import { attemptName, type ResultIndex } from "./result-index.ts";
import { documentAt, type Place, recordOf } from "./run-facts.ts";

export interface RunCheckOptions {
  readonly place: Place;
  readonly references: ReferenceCheck;
  readonly index: ResultIndex;
  /** Keys of checkpoints, and of logs where these are to be read. */
  readonly checkpoints: readonly string[];
  readonly logs: readonly string[];
  /** Lists of items that were looked through already: a resume names those of its origin. */
  readonly seenLists: Set<string>;
}

export interface CheckedRun {
  /** False for a folder without `run.json`. */
  readonly isRun: boolean;
  readonly results: number;
  readonly problems: readonly Problem[];
}

/** Reads all that one record says, and follows what it names. */
export function checkRun(store: Datastore, options: RunCheckOptions): CheckedRun {
  return new RunCheck(store, options).run();
}

class RunCheck {
  readonly #store: Datastore;
  readonly #options: RunCheckOptions;
  readonly #problems: Problem[] = [];
  readonly #name: string;

  constructor(store: Datastore, options: RunCheckOptions) {
    this.#store = store;
    this.#options = options;
    this.#name = `${options.place.flow}/${options.place.run}`;
  }

  run(): CheckedRun {
    const { place } = this.#options;
    const found = this.#tried(
      "run",
      { place: documentKey(place), loses: [`${this.#name} as a whole`], mend: RUN_MEND },
      () => documentAt(this.#store, place),
    );
    if (found === null) return { isRun: false, results: 0, problems: [] };
    const document = found === FAILED ? null : found;
    if (document !== null) this.#document(document);
    // First the journal: what it names was committed before.
    const journal = this.#read("journal", journalKey(place), () => this.#journal(document));
    const named = journal === FAILED ? [] : journal;
    const committed = new Set(named.map(({ locator }) => locator));
    const results = this.#read("result", `${runFolder(place)}/results`, () => this.#results(committed));
    this.#locators(named);
    this.#read("checkpoint", `${runFolder(place)}/checkpoints`, () => this.#checkpoints());
    this.#smallRecords(document);
    for (const key of this.#options.logs) this.#read("log", key, () => this.#log(key));
    return { isRun: true, results: results === FAILED ? 0 : results, problems: this.#problems };
  }

  #document(document: RunDocument): void {
    const { place, references } = this.#options;
    const at = { place: documentKey(place), loses: [`${this.#name} as a whole`], mend: RUN_MEND };
    const use = (text: string): Use => ({
      ...place,
      text: `${this.#name} ${text}`,
      step: null,
      time: document.createdAt,
    });
    references.plain(document.code, use("code"));
    for (const blob of blobsOfShipment(document.shipment)) references.plain(blob, use("package for containers"));
    for (const seen of [
      ...references.table(document.parameters, (name) => use(`parameter "${name}"`)),
      ...references.table(document.configs, (name) => use(`configuration "${name}"`)),
    ]) {
      this.#add("run", { ...at, seen });
    }
    if (document.release !== undefined) this.#release(document.release, use);
  }

  /** What many runs were begun from is looked through once. */
  #release(hash: string, use: (text: string) => Use): void {
    const { references, seenLists } = this.#options;
    if (!references.plain(hash, use("release")) || seenLists.has(hash)) return;
    seenLists.add(hash);
    const at = { place: hash, loses: [`further runs of ${this.#name}'s release`], mend: RUN_MEND };
    const release = this.#tried("run", at, () => readRelease(this.#store.blobs, hash));
    if (release === FAILED) return;
    for (const blob of blobsOfRelease(release)) references.plain(blob, use("release"));
    for (const definition of release.parameters)
      for (const seen of references.table(refsOf(definition), () => use(`default of parameter "${definition.name}"`)))
        this.#add("run", { ...at, seen });
  }

  #journal(document: RunDocument | null): readonly NamedResult[] {
    const key = journalKey(this.#options.place);
    const check = new JournalCheck(document === null ? null : new Set(document.graph.steps.map(({ name }) => name)));
    const at = { place: key, loses: [`what ${this.#name} did after that line`], mend: RUN_MEND };
    for (const { text, offset } of this.#lines("journal", at)) {
      const event = parsed(text);
      const fault = event === null ? "it is not valid JSON" : faultOfEvent(event);
      const seen = fault ?? check.apply(event as RunEvent);
      if (seen === null) continue;
      this.#add("journal", { ...at, seen: `the line at byte ${offset}: ${seen}` });
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
      for (const { text, offset } of this.#lines("result", { place: key, loses: [], mend: RUN_MEND })) {
        const result = parsed(text) as ResultLine | null;
        const at = { place: key, loses: [this.#nameOf(result)], mend: this.#mendOf(result?.step) };
        if (result === null || !isResult(result)) {
          this.#add("result", { ...at, seen: `the line at byte ${offset} is not a result: ${text.slice(0, 60)}` });
          continue;
        }
        const fault = faultOfResult(result);
        if (fault !== null) {
          this.#add("result", { ...at, seen: `the line at byte ${offset} is not a result: ${fault}` });
          continue;
        }
        const segment = name.replace(/\.jsonl$/, "");
        lines.set(`${segment}/${offset}`, attemptName(result));
        // A gc may have been faster than the cache: then the step ran, and this counts for nobody.
        if (result.repeats !== undefined && !named.has(locatorOf({ ...result, segment, offset }))) continue;
        for (const seen of this.#references(result)) this.#add("result", { ...at, seen });
      }
    }
    this.#options.index.keep(folder, lines);
    return lines.size;
  }

  #references(result: ResultLine): string[] {
    const { place, references, seenLists } = this.#options;
    const { step, finishedAt: time } = result;
    const use = (text: string): Use => ({ ...place, text: `${this.#nameOf(result)} ${text}`, step, time });
    const faults = [
      ...this.#base(result, use),
      ...references.table(result.artifacts, (name) => use(`artifact "${name}"`)),
    ];
    const { next } = result;
    if (next?.kind !== "foreach") return faults;
    for (const [at, list] of next.items.blobs.entries()) {
      if (!references.plain(list, use("list of foreach items")) || seenLists.has(list)) continue;
      seenLists.add(list);
      for (const [index, ref] of this.#items(list).entries()) {
        const fault = references.artifact(ref, use(`foreach item ${at * next.items.itemsPerBlob + index}`));
        if (fault !== null) faults.push(fault);
      }
    }
    return faults;
  }

  /** What results have in common is looked through once. */
  #base({ base }: ResultLine, use: (text: string) => Use): string[] {
    const { references, seenLists } = this.#options;
    if (base === undefined) return [];
    const ofBase = { ...use("table of artifacts"), isPassedOn: base.repeated > 0 };
    if (!references.plain(base.blob, ofBase) || seenLists.has(base.blob)) return [];
    seenLists.add(base.blob);
    const at = { place: base.blob, loses: [], mend: RUN_MEND };
    const table = this.#tried("result", at, () => this.#store.tables.base(base.blob));
    return table === FAILED ? [] : references.table(table, (name) => use(`artifact "${name}"`));
  }

  #items(list: string): readonly ArtifactRef[] {
    const at = { place: list, loses: [], mend: RUN_MEND };
    const items = this.#tried("result", at, () => itemsIn(this.#store.blobs, list));
    return items === FAILED || !Array.isArray(items) ? [] : (items as readonly ArtifactRef[]);
  }

  #locators(named: readonly NamedResult[]): void {
    const { place, index } = this.#options;
    for (const { locator, step, task } of named) {
      const of = parseLocator(locator);
      const own = of.run === place.run;
      const lines = index.of(own ? runFolder(place) : runFolder({ flow: place.flow, run: of.run }));
      const found = lines.get(`${of.segment}/${of.offset}`);
      if (found === attemptName(of)) continue;
      this.#add("result", {
        place: locator,
        seen: found === undefined ? "there is no result at that place" : `the result there belongs to ${found}`,
        loses: [`all artifacts of ${this.#name}/${step}/${task}`],
        mend: this.#mendOf(step),
      });
    }
  }

  #checkpoints(): void {
    const { place, references } = this.#options;
    const { storage } = this.#store;
    const want = (key: string) => ({ op: "read", key }) as const;
    for (const key of announced(this.#options.checkpoints, { storage, want })) {
      const bytes = storage.read(key);
      if (bytes === null) continue;
      const [, , , , step = "", name = ""] = key.split("/");
      const text = `${this.#name}/${step} checkpoint ${name.replace(/\.json$/, "")}`;
      const at = { place: key, loses: [text], mend: `delete ${key}: the task then starts without it` };
      const saved = parsed(Buffer.from(bytes).toString()) as Checkpointed | null;
      const seen =
        saved?.format === RECORD_FORMAT
          ? references.artifact(saved.value, { ...place, text, step, time: Infinity })
          : "it is not a checkpoint";
      if (seen !== null) this.#add("checkpoint", { ...at, seen });
    }
  }

  #smallRecords(document: RunDocument | null): void {
    const { place } = this.#options;
    const folder = runFolder(place);
    const heartbeat = `${folder}/heartbeat.json`;
    const beat = { place: heartbeat, loses: [], mend: `delete ${heartbeat} unless the run is still going` };
    this.#tried("heartbeat", beat, () => recordOf(this.#store, place).heartbeat());
    if (document === null || place.root === "spins") return;
    const packages = `${folder}/packages.json`;
    const mend = `delete ${packages}: resume and diff then say nothing about packages`;
    this.#tried("packages", { place: packages, loses: [`the packages that ${this.#name} used`], mend }, () =>
      recordOf(this.#store, place).packages(),
    );
    const tags = { place: `${folder}/tags`, loses: [`tags of ${this.#name}`], mend: "delete that file" };
    this.#tried("tags", tags, () => tagsNow(this.#store.storage, document));
  }

  #log(key: string): void {
    const at = { place: key, loses: [`some output of ${this.#name}`], mend: "nothing else needs it" };
    for (const { text, offset } of this.#lines("log", at)) {
      if (/^\d+ [oOeE] /.test(text)) continue;
      return this.#add("log", { ...at, seen: `not a line of a log at byte ${offset}` });
    }
  }

  /** One that cannot be a line is a problem, and the last. */
  *#lines(kind: ProblemKind, at: { place: string; loses: string[]; mend: string }): Generator<PlacedLine> {
    try {
      yield* linesOf(this.#store.storage, at.place);
    } catch (error) {
      this.#add(kind, { ...at, seen: error });
    }
  }

  /** What cannot be read at all: no file, or one that is too large. */
  #read<T>(kind: ProblemKind, place: string, action: () => T): T | typeof FAILED {
    return this.#tried(kind, { place, loses: [`some of ${this.#name}`], mend: RUN_MEND }, action);
  }

  #tried<T>(
    kind: ProblemKind,
    at: { place: string; loses: string[]; mend: string },
    action: () => T,
  ): T | typeof FAILED {
    try {
      return action();
    } catch (error) {
      this.#add(kind, { ...at, seen: error });
      return FAILED;
    }
  }

  #add(kind: ProblemKind, of: Parameters<typeof problem>[1]): void {
    this.#problems.push(problem(kind, of));
  }

  #nameOf(result: ResultLine | null): string {
    return typeof result?.step === "string" ? `${this.#name}/${result.step}/${result.task}` : `a task of ${this.#name}`;
  }

  #mendOf(step: string | undefined): string {
    return step === undefined ? RUN_MEND : `resume ${step} --origin-run-id ${this.#options.place.run}`;
  }
}

const FAILED = Symbol("failed");
const RUN_MEND = "start a new run, or restore the file from a copy";

function isResult(line: ResultLine): boolean {
  return (
    (line.format === RECORD_FORMAT || line.format === BASED_FORMAT) &&
    typeof line.step === "string" &&
    faultOfBase(line) === null
  );
}

function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}
