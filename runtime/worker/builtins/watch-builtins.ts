import { syncBuiltinESMExports } from "node:module";
import { append, type BuiltinChange, isAlike, lastOf } from "./changes.ts";
import { quickCheck, type Read } from "./quick-check.ts";
import { FOUND_ANYWHERE, sampleOf } from "./roots.ts";
import { type Closed, closedNow, type Holder, type PropertySlot, slotsNow } from "./slots.ts";

/** Puts built-in objects of the language and of Node back to what they were. */
export interface BuiltinsWatch {
  /** Notes what the packages changed that are loaded by now: they stay loaded, and so does that. */
  keep(): void;
  /** A package is about to be loaded while a step runs; the returned function keeps what it changed, and nothing else. */
  loading(): () => void;
  /** Notes what the flow's modules changed, which are evaluated for each task anew: that is no task's doing. */
  accept(): void;
  /** Puts back what was changed, so that the worker's own code can be relied on. */
  restore(): Restored;
  /** Once the worker is done: makes the packages' changes again. */
  reapply(): void;
}

export interface Restored {
  /** False if something was changed that had not been accepted: modules may have kept what is no more. */
  readonly isUntouched: boolean;
  /** What could not be put back, such as `JSON.stringify`; null if all could. */
  readonly lasting: string | null;
}

// All that `restore` calls is kept from before any code of the flow's: what it repairs may be broken when it runs.
const { ownKeys, defineProperty, deleteProperty, getOwnPropertyDescriptor } = Reflect;
const { getPrototypeOf, setPrototypeOf, isExtensible, set } = Reflect;
const stringOf = String;
const syncExports = syncBuiltinESMExports;
const root = Object.prototype;

const UNTOUCHED: Restored = { isUntouched: true, lasting: null };

/** The quick way takes some milliseconds to prepare: processes of few tasks do without. */
const SLOW_CHECKS = 32;

/**
 * Notes all built-ins as they are now. Written without iterators and methods of arrays, which a task may have replaced.
 *
 * Hundreds of properties are read twice a task, so only what they give is compared. What gives the same by other means is
 * left as it is, for whoever reads it gets what it would have got: a getter that returns the value, a value that cannot
 * be changed any more, a removed method that a prototype has as well. The quick check leaves one more thing: names that
 * were added to prototypes other than `Object.prototype` so that loops do not show them. Our own code asks objects of
 * those kinds for no names but `FOUND_ANYWHERE`, and later tasks find them as they find what is added to `globalThis`.
 */
export function watchBuiltins(): BuiltinsWatch {
  const { holders, keys, values, slots, accessors } = slotsNow();
  const closed = closedNow();
  /** By packages. */
  const kept: BuiltinChange[] = [];
  /** By the flow's modules, in their last evaluation; null before the first. */
  let own: BuiltinChange[] | null = null;
  /** Those that no object at hand shows the work of. */
  const bare = accessors.filter(({ holder }) => sampleOf(holder) === null);
  const rootNames = ownKeys(root).length;
  let slowChecks = 0;
  let areSame: (() => boolean) | null = null;

  /** Calls back with each difference. */
  function scan(
    onChange: (slot: PropertySlot, value?: unknown) => void,
    onAdded: (holder: Holder, key: PropertyKey) => void,
  ): void {
    for (let at = 0; at < closed.length; at += 1) {
      const { holder, count, known } = closed[at] as Closed;
      const now = ownKeys(holder);
      // Of as many as before each is asked for by the slots.
      if (now.length <= count) continue;
      for (let index = 0; index < now.length; index += 1) {
        const key = now[index] as PropertyKey;
        if (known[key] !== true) onAdded(holder, key);
      }
    }
    for (let at = 0; at < holders.length; at += 1) {
      if (isOther(holders[at] as Holder, keys[at] as PropertyKey, values[at]))
        onChange(slots[at] as PropertySlot, values[at]);
    }
    for (let at = 0; at < accessors.length; at += 1) {
      const slot = accessors[at] as PropertySlot;
      if (isOtherAccessor(slot)) onChange(slot);
    }
  }

  function isAccepted(holder: Holder, key: PropertyKey): boolean {
    return lastOf(kept, holder, key) !== null || (own !== null && lastOf(own, holder, key) !== null);
  }

  function differences(): BuiltinChange[] {
    const found: BuiltinChange[] = [];
    const note = (holder: Holder, key: PropertyKey) => {
      found[found.length] = { holder, key, descriptor: getOwnPropertyDescriptor(holder, key) };
    };
    scan(({ holder, key }) => note(holder, key), note);
    return found;
  }

  /** Prototypes that are closed stay so. */
  function acceptClosed(): void {
    for (let at = 0; at < closed.length; at += 1) {
      const one = closed[at] as Closed;
      one.isExtensible = isExtensible(one.holder);
    }
  }

  function keep(): void {
    append(kept, differences());
    acceptClosed();
  }

  function loading(): () => void {
    const before = differences();
    return () => {
      const now = differences();
      for (let at = 0; at < now.length; at += 1) {
        const change = now[at] as BuiltinChange;
        const was = lastOf(before, change.holder, change.key);
        // What the step changed itself, and what is as it was before.
        if (was !== null && (!isAccepted(change.holder, change.key) || isAlike(was, change))) continue;
        kept[kept.length] = change;
      }
    };
  }

  function accept(): void {
    // They change nothing, or the same each time: should they not, that counts as the task's doing.
    if (own?.length === 0) return;
    own = differences();
    acceptClosed();
  }

  /** What the quick check reads. */
  function readsNow(): Read[] {
    const heirs = new Map(holders.map((holder) => [holder, heirOf(holder)]));
    return [
      ...slots.map(({ holder, key }, at) => ({ from: heirs.get(holder) as object, key, value: values[at] })),
      ...accessors.flatMap(({ holder, key }) => {
        const sample = sampleOf(holder) as Holder | null;
        return sample === null ? [] : [{ from: sample, key, value: sample[key] }];
      }),
      ...closed.flatMap(({ holder }) => FOUND_ANYWHERE.map((key) => ({ from: holder, key, value: holder[key] }))),
    ];
  }

  function isAsNoted(): boolean {
    if (areSame === null) return false;
    for (let at = 0; at < closed.length; at += 1) {
      const { holder, prototype, isExtensible: wasExtensible } = closed[at] as Closed;
      if (getPrototypeOf(holder) !== prototype || isExtensible(holder) !== wasExtensible) return false;
      if (showsNames(holder)) return false;
    }
    for (let at = 0; at < bare.length; at += 1) if (isOtherAccessor(bare[at] as PropertySlot)) return false;
    return ownKeys(root).length === rootNames && areSame();
  }

  function restore(): Restored {
    if (isAsNoted()) return UNTOUCHED;
    let isUntouched = true;
    let lasting: string | null = null;
    let hasChanged = false;
    const keep = (isBack: boolean, holder: Holder, key: PropertyKey) => {
      hasChanged = true;
      if (!isAccepted(holder, key)) isUntouched = false;
      if (!isBack) lasting ??= stringOf(key);
    };
    for (let at = 0; at < closed.length; at += 1) {
      const { holder, prototype, isExtensible: wasExtensible } = closed[at] as Closed;
      if (getPrototypeOf(holder) !== prototype) keep(setPrototypeOf(holder, prototype), holder, "__proto__");
      // Frozen, it holds what it held: of no harm to what is stored, but later tasks may want to set something there.
      if (isExtensible(holder) !== wasExtensible) isUntouched = false;
    }
    scan(
      (slot, value) => keep(putBack(slot, value), slot.holder, slot.key),
      (holder, key) => keep(deleteProperty(holder, key), holder, key),
    );
    if (!hasChanged && isUntouched) {
      slowChecks += 1;
      if (slowChecks === SLOW_CHECKS) areSame = quickCheck(readsNow());
      return UNTOUCHED;
    }
    if (!hasChanged) return { isUntouched, lasting };
    syncExports();
    return { isUntouched, lasting };
  }

  function reapply(): void {
    for (let at = 0; at < kept.length; at += 1) {
      const { holder, key, descriptor } = kept[at] as BuiltinChange;
      if (descriptor === undefined) deleteProperty(holder, key);
      else defineProperty(holder, key, descriptor);
    }
    if (kept.length > 0) syncExports();
  }

  return { keep, loading, accept, restore, reapply };
}

/** V8 keeps what others inherit from in a form that is quick to read. */
function heirOf(holder: Holder): object {
  const isNamespace = typeof holder === "object" && holder !== globalThis && !Object.hasOwn(holder, "constructor");
  return isNamespace ? (Object.create(holder) as object) : holder;
}

/** The language's own names are hidden from loops. */
function showsNames(holder: Holder): boolean {
  let seen: string | null = null;
  for (const name in holder) seen = name;
  return seen !== null;
}

function isOtherAccessor({ holder, key, descriptor }: PropertySlot): boolean {
  const now = getOwnPropertyDescriptor(holder, key);
  return now === undefined || now.get !== descriptor.get || now.set !== descriptor.set;
}

function isOther(holder: Holder, key: PropertyKey, value: unknown): boolean {
  try {
    return holder[key] !== value;
  } catch {
    // It became a getter that throws.
    return true;
  }
}

/** Says whether the property is what it was. */
function putBack({ holder, key, descriptor }: PropertySlot, value: unknown): boolean {
  if (!defineProperty(holder, key, descriptor)) return false;
  // Node keeps some globals, such as `process`, behind a setter.
  return descriptor.set === undefined || value === undefined || set(holder, key, value);
}
