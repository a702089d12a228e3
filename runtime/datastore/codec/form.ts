import type { Mark } from "./marks.ts";
import type { Segment } from "./unstorable.ts";
import type { ChunksSighting, ViewSighting } from "./views.ts";

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
