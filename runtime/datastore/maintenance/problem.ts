import { headlineOf } from "../../../sdk/base/headline-of.ts";
import type { PlaceInKey } from "../kinds/key-pattern.ts";
import type { RecordKind } from "../kinds/record-kind.ts";

/** Something in a store that is not as Millrace wrote it. */
export interface Problem {
  /** The name of a kind of record; `foreign` for a link, a pipe, a device, a name that is no key. */
  readonly kind: string;
  /** Key of the object. */
  readonly place: string;
  readonly seen: string;
  /** What cannot be read for it, in the user's terms; a few of many. */
  readonly loses: readonly string[];
  /** All that is lost, where that is more than `loses` names. */
  readonly lossCount: number;
  readonly mend: string;
  readonly isRepaired: boolean;
}

/** What a killed process or a removed run may leave. It is in nobody's way; gc removes it. */
export interface Leftovers {
  /** Files that were never put into their place. */
  readonly temporary: number;
  /** Folders of runs without `run.json`. */
  readonly rests: number;
  /** Entries of the cache whose result is gone. */
  readonly deadCacheEntries: number;
  /** Damaged blobs that were set aside. */
  readonly setAside: number;
}

export interface FsckReport {
  readonly isQuick: boolean;
  readonly checked: { readonly runs: number; readonly results: number; readonly blobs: number; readonly bytes: number };
  /** The first of each kind. */
  readonly problems: readonly Problem[];
  /** All of them, by kind. */
  readonly kinds: readonly KindCount[];
  readonly leftovers: Leftovers;
}

export interface KindCount {
  readonly kind: string;
  readonly count: number;
  readonly repaired: number;
}

export function problem(
  kind: string,
  of: { place: string; seen: unknown; loses: readonly string[]; mend: string },
): Problem {
  const seen = of.seen instanceof Error ? headlineOf(of.seen) : String(of.seen);
  return { kind, place: of.place, seen, loses: of.loses, lossCount: of.loses.length, mend: of.mend, isRepaired: false };
}

/** One that its kind has the words for. */
export function problemOf(kind: RecordKind, at: PlaceInKey, seen: unknown): Problem {
  return problem(kind.name, { place: at.key, seen, loses: kind.loses(at), mend: kind.fix(at) });
}
