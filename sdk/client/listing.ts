import { inspect } from "node:util";
import { DISPLAY, type MimeBundle } from "./mime-bundle.ts";

/** Shown of a list; all of it is read with the loop. */
const SHOWN = 20;

/**
 * What a list method gives: read with `for await`, one by one as they are asked for, or at once with `toArray()`.
 *
 * @example
 * ```ts
 * const flow = await Flow.get("RecSysFlow");
 * for await (const run of flow.runs({ limit: 10 })) console.log(run.id, run.status);
 * const failed = await flow.runs({ status: "failed" }).toArray();
 * ```
 */
export class Listing<T> implements AsyncIterable<T> {
  readonly #items: () => Iterable<T>;

  /** @internal */
  constructor(items: () => Iterable<T>) {
    this.#items = items;
  }

  /** Reads the list anew. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    await Promise.resolve();
    for (const item of this.#items()) yield item;
  }

  /** All of it. */
  async toArray(): Promise<T[]> {
    const items: T[] = [];
    for await (const item of this) items.push(item);
    return items;
  }

  /** @internal */
  async [DISPLAY](): Promise<MimeBundle> {
    const { listPage } = await import("./display/list-page.ts");
    const items: T[] = [];
    for await (const item of this) if (items.push(item) > SHOWN) break;
    return listPage(items.slice(0, SHOWN), { hasMore: items.length > SHOWN });
  }

  /** @internal */
  [inspect.custom](): string {
    return "Listing: for await (const one of it), or await it.toArray()";
  }
}
