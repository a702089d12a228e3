import { hasCode } from "../../../sdk/base/millrace-error.ts";
import { blobKey } from "../blob-key.ts";
import { hashOf } from "../blobs.ts";
import type { Datastore } from "../datastore.ts";
import type { ArtifactRef, ArtifactTable } from "../records.ts";
import { type BlobFacts, inlineFault } from "./check-blobs.ts";
import { problem, type Problem } from "./problem.ts";

/** Who needs a blob. */
export interface Use {
  readonly flow: string;
  readonly run: string;
  /** What it is to the user: `Flow/run/step/3 artifact "model"`. */
  readonly text: string;
  /** The step that is to run again for it; null where a new run is needed. */
  readonly step: string | null;
  /** Of several uses the earliest tells which step made it. */
  readonly time: number;
  /** What sets it right, for a record of no run. */
  readonly fix?: string;
  /** It has the blob from a task before it, which made it. */
  readonly isPassedOn?: boolean;
}

interface Loss {
  seen: string;
  count: number;
  readonly uses: Use[];
}

/** This many uses of a lost blob are named. */
const NAMED_USES = 5;
const HASH = /^[0-9a-f]{64}$/;

/** Follows references to blobs, and gathers what is lost by blob: one that many tasks pass on is one loss. */
export class ReferenceCheck {
  readonly #store: Datastore;
  readonly #facts: BlobFacts;
  readonly #losses = new Map<string, Loss>();
  readonly #used = new Set<string>();

  constructor(store: Datastore, facts: BlobFacts) {
    this.#store = store;
    this.#facts = facts;
  }

  table(table: ArtifactTable, useOf: (name: string) => Use): string[] {
    if (typeof table !== "object" || table === null) return ["it has no table of artifacts"];
    return Object.entries(table).flatMap(([name, ref]) => this.artifact(ref, useOf(name)) ?? []);
  }

  /** @returns what is wrong with the reference itself, or with the value that lies in it */
  artifact(ref: ArtifactRef, use: Use): string | null {
    if (
      typeof ref !== "object" ||
      ref === null ||
      typeof (ref.data ?? "") !== "string" ||
      !HASH.test(ref.hash) ||
      !Number.isSafeInteger(ref.size)
    ) {
      return `${use.text} is not a reference: ${JSON.stringify(ref).slice(0, 60)}`;
    }
    if (ref.data === undefined) {
      this.#blob(ref.hash, use, ref.size);
      return null;
    }
    const bytes = Buffer.from(ref.data, "base64");
    if (bytes.length !== ref.size || hashOf([bytes]) !== ref.hash)
      return `${use.text} is not the value that was stored`;
    const seen = inlineFault(bytes);
    return seen === null ? null : `${use.text}: ${seen}`;
  }

  /** A blob that holds no artifact: code, or a list of items. False if it cannot be read. */
  plain(hash: string, use: Use): boolean {
    return this.#blob(hash, use, null);
  }

  /** One problem for each blob, the bad ones that nobody needs included. */
  *problems(isThere: (use: Use) => boolean): Generator<Problem> {
    for (const [hash, seen] of this.#facts.bad) {
      if (!this.#used.has(hash)) this.#losses.set(hash, { seen, count: 0, uses: [] });
    }
    for (const [hash, { seen, count, uses }] of this.#losses) {
      const present = uses.filter(isThere);
      if (count > 0 && present.length === 0) continue;
      const [first] = present;
      const found = problem("blob", {
        place: blobKey(hash),
        seen,
        loses: present.map(({ text }) => text),
        mend: first === undefined ? "nothing needs it: fsck --repair sets it aside" : mendOf(first),
      });
      yield { ...found, lossCount: count };
    }
  }

  #blob(hash: string, use: Use, size: number | null): boolean {
    const seen = this.#faultOf(hash, size);
    if (seen === null) return true;
    this.#used.add(hash);
    const loss = this.#losses.get(hash) ?? { seen, count: 0, uses: [] };
    this.#losses.set(hash, loss);
    loss.count += 1;
    loss.uses.push(use);
    loss.uses.sort(byOrigin);
    loss.uses.length = Math.min(loss.uses.length, NAMED_USES);
    return false;
  }

  #faultOf(hash: string, size: number | null): string | null {
    const bad = this.#facts.bad.get(hash);
    if (bad !== undefined) return bad;
    if (!HASH.test(hash)) return "its name is not a hash";
    const known = this.#facts.sizes.get(hash) ?? this.#sizeNow(hash);
    if (known === null) return "it is not there";
    if (size === null) return null;
    if (known !== size) return `it has ${known} bytes where ${size} were stored`;
    return this.#facts.plain.get(hash) ?? null;
  }

  /** Of one that was not listed: it may have been stored since. Null also behind a link, which is told as foreign. */
  #sizeNow(hash: string): number | null {
    try {
      if (!this.#store.storage.has(blobKey(hash))) return null;
      const object = this.#store.storage.open(blobKey(hash));
      object?.close();
      return object?.size ?? null;
    } catch (error) {
      if (hasCode(error, "MILLRACE_NOT_AN_OBJECT")) return null;
      throw error;
    }
  }
}

function byOrigin(a: Use, b: Use): number {
  return Number(a.isPassedOn ?? false) - Number(b.isPassedOn ?? false) || a.time - b.time;
}

function mendOf({ flow, run, step, fix }: Use): string {
  if (fix !== undefined) return fix;
  if (step === null) return `start a new run of ${flow}: its input can no longer be read`;
  return `fsck --repair, then resume ${step} --origin-run-id ${run}: makes it again in a new run`;
}
