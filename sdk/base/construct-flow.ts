import { host } from "./host.ts";
import type { AnyClass } from "./metadata.ts";

/** What the initializers of a flow's fields did with its configuration. */
export interface ConstructionEvent {
  readonly name: string;
  /** True where an initializer read it, false where its own one set it. */
  readonly isRead: boolean;
}

/** Names that the initializer of each field read of the instance, itself or by what it called. */
export type FieldReads = ReadonlyMap<string, ReadonlySet<string>>;

export interface ConstructedFlow {
  /** Null where an initializer threw. */
  readonly instance: Record<string, unknown> | null;
  readonly error: unknown;
  /** In the order in which they happened. */
  readonly events: readonly ConstructionEvent[];
  /** What the initializers of configurations gave. */
  readonly initials: ReadonlyMap<string, unknown>;
  readonly reads: FieldReads;
}

export interface ConstructionOptions {
  /** Names of the configurations. */
  readonly names: ReadonlySet<string>;
  /** Values that are known: these the other initializers see. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Makes an instance whose field initializers see the configuration as it is, not as the code initializes it.
 *
 * Fields are defined on whatever the base class's constructor returns, before anybody could hold the instance: so it is a
 * proxy, which forwards everything once it is made.
 */
export function constructFlow(Flow: AnyClass, { names, values }: ConstructionOptions): ConstructedFlow {
  const events: ConstructionEvent[] = [];
  const initials = new Map<string, unknown>();
  const reads = new Map<string, Set<string>>();
  let readNow = new Set<string>();
  const handler: ProxyHandler<object> = {
    get(target, key, receiver): unknown {
      if (typeof key === "string") readNow.add(key);
      if (!isName(key)) return Reflect.get(target, key, receiver);
      events.push({ name: key, isRead: true });
      return Object.hasOwn(values, key) ? values[key] : Reflect.get(target, key, receiver);
    },
    defineProperty(target, key, descriptor) {
      // A field is defined as soon as its initializer has its value; a class may define it again.
      if (typeof key === "string") reads.set(key, new Set([...(reads.get(key) ?? []), ...readNow]));
      readNow = new Set();
      if (!isName(key)) return Reflect.defineProperty(target, key, descriptor);
      events.push({ name: key, isRead: false });
      initials.set(key, descriptor.value);
      const value: unknown = Object.hasOwn(values, key) ? values[key] : descriptor.value;
      return Reflect.defineProperty(target, key, { ...descriptor, value });
    },
  };
  const isName = (key: string | symbol): key is string => typeof key === "string" && names.has(key);
  const before = host().beginInstance;
  host().beginInstance = <Instance extends object>(instance: Instance) => {
    host().beginInstance = before;
    return new Proxy<Instance>(instance, handler);
  };
  try {
    const instance = new (Flow as new () => Record<string, unknown>)();
    return { instance, error: null, events, initials, reads };
  } catch (error) {
    return { instance: null, error, events, initials, reads };
  } finally {
    host().beginInstance = before;
    delete handler.get;
    delete handler.defineProperty;
  }
}
