/** Does something with each item, with so many at once; rejects as soon as one fails, and begins no more then. */
export async function inParallel<T>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  // Shared: each worker takes the next item that nobody took.
  const queue = items[Symbol.iterator]();
  let hasFailed = false;
  const workers = Array.from({ length: atOnce }, async () => {
    for (let next = queue.next(); next.done !== true && !hasFailed; next = queue.next()) {
      try {
        await work(next.value);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  });
  await Promise.all(workers);
}
