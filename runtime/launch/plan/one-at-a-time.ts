/** Lets pieces of asynchronous work happen one after another, in the order in which they were asked for. */
export function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    // A failure is its caller's; the next piece starts all the same.
    last = result.catch(() => undefined);
    return result;
  };
}
