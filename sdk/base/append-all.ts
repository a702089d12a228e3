/** Adds items to the end of an array, however many: a call that spreads them takes each as an argument, and fails at some 100,000. */
export function appendAll<T>(array: T[], items: Iterable<T>): void {
  for (const item of items) array.push(item);
}
