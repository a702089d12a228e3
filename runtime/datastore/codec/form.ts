import { isIndex } from "./builtin-name-of.ts";
import { Mark } from "./mark.ts";
import type { Segment } from "./unstorable.ts";
import type { ChunksSighting, ViewSighting } from "./view-collector.ts";

/** How an object is written that is neither a plain array nor a plain object: a mark, and fields that are values again. */
export interface Form {
  readonly mark: Mark;
  readonly fields: readonly unknown[];
  /** Where in the object the field is found, for messages. */
  segmentAt(field: number): Segment;
  /** Raw memory; its part and its offset follow as two more fields. */
  readonly binary?: WithoutSlots<ViewSighting> | WithoutSlots<ChunksSighting>;
}

type WithoutSlots<T> = Omit<T, "partSlot" | "offsetSlot">;

/** An object as a list of its keys and values. */
export function entriesForm(value: object, mark: Mark): Form {
  const keys = Object.keys(value);
  return {
    mark,
    fields: keys.flatMap((key) => [key, (value as Record<string, unknown>)[key]]),
    segmentAt: (field) => keys[field >> 1] as string,
  };
}

/** An array that has more than elements, as matches of a regular expression and tables with `columns` do. */
export function keyedArrayForm(value: readonly unknown[]): Form {
  // Indices come first in key order.
  const keys = Object.keys(value);
  const firstName = keys.findIndex((key) => !isIndex(key));
  const isDense = firstName === value.length;
  const named = isDense ? keys.slice(firstName) : keys;
  const pairs = named.flatMap((key) => [
    isIndex(key) ? Number(key) : key,
    (value as unknown as Record<string, unknown>)[key],
  ]);
  const listed = isDense ? [...value] : [];
  const fields = [value.length, listed.length, ...listed, ...pairs];
  return {
    mark: Mark.keyedArray,
    fields,
    segmentAt: (field) => {
      const at = field - 2;
      if (at < listed.length) return at;
      return pairs[(at - listed.length) & ~1] as string | number;
    },
  };
}
