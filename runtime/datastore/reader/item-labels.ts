import { visibleLine } from "../../../sdk/base/visible.ts";
import type { Blobs } from "../blobs.ts";
import { itemsIn } from "../maintenance/blobs-of-result.ts";
import type { ItemRef } from "../records.ts";
import { type ItemPlace, stackOf } from "./item-place.ts";

/** Between the labels of nested foreaches. */
const BETWEEN = " › ";
/** No label is longer than a few lines of a terminal, whoever wrote it. */
const MAX_CHARS = 200;
/** Lists whose labels are kept: neighbours are asked for together. */
const MAX_LISTS = 64;

/** What tells the tasks of foreaches apart, read from where the items are. */
export class ItemLabels {
  readonly #blobs: Blobs;
  readonly #lists = new Map<string, readonly string[]>();
  /** Of neighbours the items are asked for together as well. */
  #last: { readonly list: string; readonly refs: readonly ItemRef[] } = { list: "", refs: [] };

  constructor(blobs: Blobs) {
    this.#blobs = blobs;
  }

  /** Of all foreaches around a task, as one short text; empty where there is none. */
  of(innermost: ItemPlace | null): string {
    return this.join(stackOf(innermost).map(({ items, index }) => this.in(listOf({ items, index }))));
  }

  join(labels: readonly string[]): string {
    return labels.filter((label) => label !== "").join(BETWEEN);
  }

  /** Of one item, by the blob that lists it. */
  in({ blob, at }: { blob: string; at: number }): string {
    return (blob === "" ? undefined : this.#labelsIn(blob)[at]) ?? "";
  }

  /** Announces labels that will be asked for. */
  ahead(places: Iterable<ItemPlace | null>): void {
    const lists = new Set<string>();
    for (const innermost of places) for (const place of stackOf(innermost)) lists.add(listOf(place).blob);
    this.#blobs.ahead([...lists].filter((list) => list !== "" && !this.#lists.has(list)));
  }

  /**
   * Where the item itself is; null where the record does not say.
   * @throws MillraceError if the list is missing or damaged
   */
  ref(place: ItemPlace): ItemRef | null {
    const { blob, at } = listOf(place);
    return blob === "" ? null : (this.#refsIn(blob)[at] ?? null);
  }

  #refsIn(list: string): readonly ItemRef[] {
    if (this.#last.list !== list) this.#last = { list, refs: itemsIn(this.#blobs, list) };
    return this.#last.refs;
  }

  #labelsIn(list: string): readonly string[] {
    const known = this.#lists.get(list);
    if (known !== undefined) return known;
    const labels = this.#read(list);
    if (this.#lists.size === MAX_LISTS) this.#lists.delete(this.#lists.keys().next().value ?? "");
    this.#lists.set(list, labels);
    return labels;
  }

  /** A line does not fail for what only adorns it. */
  #read(list: string): readonly string[] {
    try {
      return itemsIn(this.#blobs, list).map(({ label = "" }) => visibleLine(label.slice(0, MAX_CHARS)));
    } catch {
      return [];
    }
  }
}

/** The blob that lists an item, and its place there; no blob where the record does not say. */
export function listOf({ items, index }: Pick<ItemPlace, "items" | "index">): { blob: string; at: number } {
  return { blob: items.blobs[Math.floor(index / items.itemsPerBlob)] ?? "", at: index % items.itemsPerBlob };
}
