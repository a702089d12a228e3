import { headlineOf } from "../../../sdk/base/headline-of.ts";
import { blobKey } from "../blob-key.ts";
import type { Datastore } from "../datastore.ts";
import { KeyPattern, type PlaceInKey } from "../kinds/key-pattern.ts";
import { type RecordKind, type Reference, START_ANEW } from "../kinds/record-kind.ts";
import { valueIn, valuesIn } from "../kinds/values-in.ts";
import { linesOf } from "../lines-of.ts";
import type { RecordRoot } from "../run-keys.ts";
import { announced } from "./announced.ts";
import { problem, type Problem, problemOf } from "./problem.ts";
import type { ReferenceCheck, Use } from "./reference-check.ts";
import { itemsIn } from "./blobs-of-result.ts";

export interface RecordCheckOptions {
  readonly references: ReferenceCheck;
  /** Lists and tables that were looked through already. */
  readonly seenLists: Set<string>;
  /** Of the run that the records belong to. */
  readonly place?: { readonly root: RecordRoot };
  add(found: Problem): void;
}

/** A record that was read, and when it was made. */
export interface Named {
  readonly at: PlaceInKey;
  readonly time: number;
}

const NOTHING: ReadonlySet<string> = new Set();

/** Reads records by what their kind says of them, and follows what they name. */
export class RecordCheck {
  readonly #store: Datastore;
  readonly #options: RecordCheckOptions;

  constructor(store: Datastore, options: RecordCheckOptions) {
    this.#store = store;
    this.#options = options;
  }

  /**
   * Reads each of the objects.
   * @param of - `there`: what lies beside them, where that can void one
   */
  check(
    kind: RecordKind,
    { keys, there = NOTHING }: { readonly keys: readonly string[]; readonly there?: ReadonlySet<string> },
  ): void {
    const { storage } = this.#store;
    const found = kind.keys.flatMap(({ key: form, form: read }) => {
      const pattern = new KeyPattern(form);
      return keys.flatMap((key) => {
        const at = pattern.read(key);
        return at === null || read === "bytes" ? [] : [{ at, read }];
      });
    });
    const want = ({ at, read }: (typeof found)[number]) =>
      ({ op: read === "lines" ? "tail" : "read", key: at.key }) as const;
    for (const { at, read } of announced(found, { storage, want })) {
      try {
        const isVoid = there.has(kind.voidedBy?.(at) ?? "");
        const faults = read === "lines" ? this.#lines(kind, at) : this.#whole(kind, { at, isVoid });
        for (const seen of faults) this.#add(kind, at, seen);
      } catch (error) {
        this.#add(kind, at, error);
      }
    }
  }

  /**
   * Follows what a record names.
   * @returns what is wrong with the references themselves, or with values that lie in the record
   */
  *follow(kind: RecordKind, record: unknown, named: Named): Generator {
    for (const reference of kind.references?.(record) ?? []) yield* this.#follow(kind, reference, named);
  }

  *#lines(kind: RecordKind, at: PlaceInKey): Generator {
    for (const { text, offset } of linesOf(this.#store.storage, at.key)) {
      let record: unknown;
      try {
        record = kind.parse?.(text, at.key);
      } catch (error) {
        // What follows is no better.
        yield `the line at byte ${offset}: ${headlineOf(error)}`;
        return;
      }
      yield* this.follow(kind, record, { at, time: Infinity });
    }
  }

  *#whole(kind: RecordKind, { at, isVoid }: { at: PlaceInKey; isVoid: boolean }): Generator {
    // What was given up because it cannot be read is told no more.
    const bytes = isVoid ? null : this.#store.storage.read(at.key);
    if (bytes === null) return;
    const record = kind.parse?.(Buffer.from(bytes).toString(), at.key);
    yield* this.follow(kind, record, { at, time: Infinity });
  }

  *#follow(kind: RecordKind, reference: Reference, { at, time }: Named): Generator {
    const { references, place } = this.#options;
    const { flow, run, step } = at;
    const of = { flow, run, root: place?.root, step: step === "" ? null : step, time };
    // What belongs to no run is set right as its kind says.
    const fix = run === "" ? { fix: kind.fix(at) } : {};
    const use = (what: string): Use => ({ ...of, ...fix, text: `${kind.title(at)} ${what}`.trimEnd() });
    switch (reference.to) {
      case "value":
      case "record":
        yield* this.#value(reference, { at, time }, use);
        return;
      case "blob":
        return void references.plain(reference.hash, use(reference.what));
      case "items":
        yield* this.#items(reference, { at, time }, use);
        return;
      case "table":
        yield* this.#table(reference, { at, time }, use);
        return;
      case "run":
      case "result":
        // Results are looked up where all lines of a journal are known.
        return;
    }
  }

  /** What many records name is looked through once. */
  *#inBlob({ hash, kind }: Extract<Reference, { to: "record" }>, named: Named, use: Use): Generator {
    if (!this.#isNew(hash, use)) return;
    const at = { ...named.at, key: hash };
    try {
      const bytes = this.#store.blobs.get(hash);
      const record = kind.parse?.(Buffer.from(bytes).toString(), blobKey(hash));
      yield* this.follow(kind, record, { ...named, at });
    } catch (error) {
      this.#add(kind, at, error);
    }
  }

  *#items({ hash, first }: Extract<Reference, { to: "items" }>, named: Named, use: (what: string) => Use): Generator {
    if (!this.#isNew(hash, use("list of foreach items"))) return;
    const items = this.#read(hash, () => itemsIn(this.#store.blobs, hash)) ?? [];
    for (const [index, ref] of items.entries())
      for (const reference of valueIn(ref, `foreach item ${first + index}`)) yield* this.#value(reference, named, use);
  }

  /** What results have in common is looked through once. */
  *#table(
    { hash, isPassedOn }: Extract<Reference, { to: "table" }>,
    named: Named,
    use: (what: string) => Use,
  ): Generator {
    if (!this.#isNew(hash, { ...use("table of artifacts"), isPassedOn })) return;
    const table = this.#read(hash, () => this.#store.tables.base(hash));
    for (const reference of valuesIn(table ?? {}, "artifact")) yield* this.#value(reference, named, use);
  }

  /** A value, or the list of the files in it. */
  *#value(reference: Reference, named: Named, use: (what: string) => Use): Generator {
    if (reference.to === "record") yield* this.#inBlob(reference, named, use(reference.what));
    if (reference.to !== "value") return;
    const fault = this.#options.references.artifact(reference.ref, use(reference.what));
    if (fault !== null) yield fault;
  }

  #isNew(blob: string, use: Use): boolean {
    const { references, seenLists } = this.#options;
    if (!references.plain(blob, use) || seenLists.has(blob)) return false;
    seenLists.add(blob);
    return true;
  }

  /** Null for a blob that holds something else, which is told. */
  #read<T>(blob: string, action: () => T): T | null {
    try {
      return action();
    } catch (error) {
      this.#options.add(problem("result", { place: blob, seen: error, loses: [], mend: START_ANEW }));
      return null;
    }
  }

  #add(kind: RecordKind, at: PlaceInKey, seen: unknown): void {
    this.#options.add(problemOf(kind, at, seen));
  }
}
