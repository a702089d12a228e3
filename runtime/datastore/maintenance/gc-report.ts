import type { StoredObject } from "../storage.ts";

/** `rests`: what a removal that was cut off left of runs. `notes`: what nobody took out of the inbox. */
export type GarbageKind = "runs" | "spins" | "rests" | "blobs" | "cache" | "notes" | "temporary";

export interface GarbageCount {
  /** Runs, spins, blobs, entries or files. */
  readonly count: number;
  readonly bytes: number;
}

export interface GcReport {
  readonly isDryRun: boolean;
  readonly removed: Readonly<Record<GarbageKind, GarbageCount>>;
  readonly runs: readonly GcRun[];
  /** Blobs that something names, and those that are too young to tell. */
  readonly keptBlobs: number;
}

export interface GcRun {
  readonly flow: string;
  readonly run: string;
  /** Why it was kept; empty for one that was removed. */
  readonly keptBy: readonly string[];
}

/** Adds up what goes. */
export class GarbageCounts {
  readonly #counts: Record<GarbageKind, { count: number; bytes: number }> = {
    runs: { count: 0, bytes: 0 },
    spins: { count: 0, bytes: 0 },
    rests: { count: 0, bytes: 0 },
    blobs: { count: 0, bytes: 0 },
    cache: { count: 0, bytes: 0 },
    notes: { count: 0, bytes: 0 },
    temporary: { count: 0, bytes: 0 },
  };

  add(kind: GarbageKind, { size }: Pick<StoredObject, "size">): void {
    this.#counts[kind].count += 1;
    this.#counts[kind].bytes += size;
  }

  get all(): Readonly<Record<GarbageKind, GarbageCount>> {
    return this.#counts;
  }
}
