/** What a property has to give when it is read from `from`: its holder, or something that inherits from that. */
export interface Read {
  readonly from: object;
  readonly key: PropertyKey;
  readonly value: unknown;
}

type Comparison = () => boolean;

/** V8 compiles functions of this size soon, and turns reads of constants in them into nothing. */
const READS_A_FUNCTION = 100;

// Kept from before any code of the flow's.
const NewFunction = Function;

/**
 * One call compares all of them, in code made for it: each read has a place of its own in that, which V8 learns, so that
 * hundreds take a few microseconds and, once optimized, next to nothing. To be called while built-ins are as they
 * should be. Null where Node may not make code from text.
 */
export function quickCheck(reads: readonly Read[]): Comparison | null {
  const comparisons: Comparison[] = [];
  try {
    for (let at = 0; at < reads.length; at += READS_A_FUNCTION)
      comparisons.push(comparisonOf(reads.slice(at, at + READS_A_FUNCTION)));
  } catch {
    return null;
  }
  return () => {
    try {
      for (let at = 0; at < comparisons.length; at += 1) if (!(comparisons[at] as Comparison)()) return false;
      return true;
    } catch {
      // Something became a getter that throws.
      return false;
    }
  };
}

function comparisonOf(reads: readonly Read[]): Comparison {
  const names: string[] = [];
  const values: unknown[] = [];
  const named = (name: string, value: unknown) => {
    names.push(name);
    values.push(value);
    return name;
  };
  const objects = new Map<object, string>();
  const terms = reads.map(({ from, key, value }, at) => {
    const object = objects.get(from) ?? named(`object${at}`, from);
    objects.set(from, object);
    const property = typeof key === "symbol" ? named(`key${at}`, key) : JSON.stringify(key);
    return `${object}[${property}]===${named(`value${at}`, value)}`;
  });
  const make = NewFunction(...names, `"use strict";return()=>${terms.join("&&")}`) as (
    ...given: unknown[]
  ) => Comparison;
  return make(...values);
}
