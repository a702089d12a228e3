import type { Storage, Want } from "../storage.ts";

/** This many reads are announced together. */
const WINDOW = 64;

/** Goes through things that each need some reads, mostly one, and announces those of many at a time. */
export function* announced<T>(
  things: Iterable<T>,
  { storage, want }: { storage: Storage; want: (thing: T) => Want | readonly Want[] },
): Generator<T> {
  for (const window of windows(things, WINDOW)) {
    storage.ahead(window.flatMap(want));
    yield* window;
  }
}

/** Cuts into arrays of at most so many. */
export function* windows<T>(things: Iterable<T>, size: number): Generator<T[]> {
  let window: T[] = [];
  for (const thing of things) {
    window.push(thing);
    if (window.length < size) continue;
    yield window;
    window = [];
  }
  if (window.length > 0) yield window;
}
