import { inspect } from "node:util";
import type { ArtifactTable } from "../../runtime/datastore/records.ts";
import { MillraceError } from "../base/millrace-error.ts";
import type { FlowData } from "../inputs.ts";
import { nearest } from "../base/nearest.ts";
import { visibleLine } from "../base/visible.ts";

/** A flow's artifacts, one promise each: loaded when it is asked for. */
export type RunData<Flow = unknown> = unknown extends Flow
  ? Readonly<Record<string, Promise<unknown>>>
  : { readonly [Name in keyof FlowData<Flow>]: Promise<FlowData<Flow>[Name]> };

export interface DataSource {
  /** As the user knows it. */
  readonly pathspec: string;
  /** All that there is to load. */
  table(): ArtifactTable;
  load(name: string): unknown;
  /** True for a field that is no artifact because no error was caught: the flow reads `undefined` there. */
  isUncaught(name: string): boolean;
  /** Why a name may be missing: "its last step left no such artifact". */
  whyMissing(): string;
}

/** An object with a promise for each artifact, whose names are read when somebody looks. */
export function lazyData<Flow>(source: DataSource): RunData<Flow> {
  const target = {};
  // What prints a proxy looks at its target.
  Object.defineProperty(target, inspect.custom, { configurable: true, value: () => shown(source) });
  return new Proxy(target, {
    get(_, name, receiver): unknown {
      // What is asked for to learn of an object what it is: no artifact, and no mistake.
      if (typeof name === "symbol" || name === "then" || name === "toJSON") return Reflect.get(target, name, receiver);
      const isOfEveryObject = name in Object.prototype && !Object.hasOwn(source.table(), name);
      return isOfEveryObject ? Reflect.get(target, name, receiver) : promised(name, source);
    },
    has: (_, name) => Object.hasOwn(source.table(), name),
    ownKeys: () => Object.keys(source.table()),
    getOwnPropertyDescriptor(_, name) {
      if (typeof name === "symbol" || !Object.hasOwn(source.table(), name)) return undefined;
      return { enumerable: true, configurable: true, get: () => promised(name, source) };
    },
  }) as RunData<Flow>;
}

function promised(name: string, source: DataSource): Promise<unknown> {
  const value = Promise.resolve().then(() => {
    if (Object.hasOwn(source.table(), name)) return source.load(name);
    if (source.isUncaught(name)) return undefined;
    throw noArtifact(name, source);
  });
  // A test runner that looks into the object does not wait for what it finds.
  value.catch(() => undefined);
  return value;
}

export function noArtifact(name: string, source: Omit<DataSource, "load" | "isUncaught">): MillraceError {
  const names = Object.keys(source.table());
  const near = nearest(name, names);
  return new MillraceError({
    code: "MILLRACE_NO_ARTIFACT",
    headline: `Cannot read ${name} of ${source.pathspec} because ${source.whyMissing()}`,
    details: [`artifacts and parameters: ${names.join(", ") || "none"}`],
    ...(near === null ? {} : { hint: `did you mean ${near}?` }),
  });
}

function shown(source: DataSource): string {
  const { pathspec } = source;
  const fields = Object.entries(source.table()).map(([name, { type }]) => visibleLine(`  ${name}: Promise<${type}>`));
  return fields.length === 0 ? `data of ${pathspec} {}` : `data of ${pathspec} {\n${fields.join(",\n")}\n}`;
}
