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
}
