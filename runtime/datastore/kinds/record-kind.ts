import type { ArtifactRef, ResultLocator } from "../records.ts";
import type { PlaceInKey } from "./key-pattern.ts";

/**
 * One kind of thing that a datastore keeps. Each is a file of this folder and a row in `index.ts`; what cleans and checks
 * a datastore, and the page that tells of its format, walk that table.
 */
export interface RecordKind<Parsed = unknown> {
  /** What `fsck` calls it. */
  readonly name: string;
  readonly keys: readonly KeyForm[];
  /**
   * Judges a record, or one line of it. Missing for what is no record.
   * @throws MillraceError `MILLRACE_DAMAGED_RECORD`, or `MILLRACE_NEWER_FORMAT`
   */
  parse?(text: string, key: string): Parsed;
  /** What it names. */
  references?(record: Parsed): Iterable<Reference>;
  /** It goes with what it names, instead of keeping it. */
  readonly isWeak?: true;
  /** The key of an object beside which it keeps nothing any more, and lacks nothing. */
  voidedBy?(at: PlaceInKey): string;
  /** `fsck` looks at it in a way of its own. */
  readonly isCheckedApart?: true;
  /** It takes long to read: a quick check leaves it out. */
  readonly isLarge?: true;
  /** What it is to the user. */
  title(at: PlaceInKey): string;
  /** What cannot be read without it, in the user's terms. */
  loses(at: PlaceInKey): readonly string[];
  /** How that is set right. */
  fix(at: PlaceInKey): string;
}

export interface KeyForm {
  /** `<…>` stands for what differs, as in docs/datastore.md; one that ends with a slash is told there and is no key. */
  readonly key: string;
  /** What lies there, in the words of that page. */
  readonly is: string;
  /** `whole`: one record an object; `lines`: one a line; `bytes`: none. */
  readonly form: "whole" | "lines" | "bytes";
}

/** What a record names. */
export type Reference =
  /** A stored value: a blob, or bytes in the record itself. */
  | { readonly to: "value"; readonly ref: ArtifactRef; readonly what: string }
  /** A blob that holds no value. */
  | { readonly to: "blob"; readonly hash: string; readonly what: string }
  /** A blob that holds a record, which names more. */
  | { readonly to: "record"; readonly hash: string; readonly kind: RecordKind; readonly what: string }
  /** A blob with items of a foreach, each a value; the first of them is that of all. */
  | { readonly to: "items"; readonly hash: string; readonly first: number }
  /** A blob with a table of values, which a result before this one may have made. */
  | { readonly to: "table"; readonly hash: string; readonly isPassedOn: boolean }
  /** A result of the same flow, in this run or another one. */
  | { readonly to: "result"; readonly locator: ResultLocator }
  | { readonly to: "run"; readonly flow: string; readonly run: string };

/** Where nothing but a copy helps. */
export const START_ANEW = "start a new run, or restore the file from a copy";
