/** Ten times the work may cost ten times as much and some more, never a hundred times as much. */
export const MAX_GROWTH = 50;

/** How many times as much 10,000 pieces of work cost as 1,000; a size too small to be measured counts as 2 ms. */
export function growth(work: (size: number) => unknown): number {
  cost(() => work(1_000));
  return (
    cost(() => work(10_000)) /
    Math.max(
      cost(() => work(1_000)),
      2_000,
    )
  );
}

/** Processor time, as other processes of the machine do not count there; the best of three. */
function cost(work: () => unknown): number {
  const times = [1, 2, 3].map(() => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.min(...times);
}
