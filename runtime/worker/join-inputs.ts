import { MillraceError } from "../../sdk/errors.ts";
import { loadArtifact } from "../datastore/artifacts.ts";
import { type ArtifactRef, type ArtifactTable, parseLocator, type ResultLocator } from "../datastore/records.ts";
import type { LoadedFlow } from "./load-flow.ts";

/** What a join receives: a view on each path's artifacts in split order, also under the name of its last step. */
export function joinInputs(flow: LoadedFlow, locators: readonly ResultLocator[]): readonly object[] {
  const inputs = locators.map((locator) => inputView(flow, locator));
  for (const [step, [first, ...others]] of indicesBySteps(locators)) {
    if (first === undefined || others.length > 0 || step in inputs) continue;
    Object.defineProperty(inputs, step, { value: inputs[first], enumerable: false });
  }
  return inputs;
}

function indicesBySteps(locators: readonly ResultLocator[]): Map<string, number[]> {
  const steps = new Map<string, number[]>();
  for (const [at, locator] of locators.entries()) {
    const { step } = parseLocator(locator);
    const indices = steps.get(step);
    if (indices === undefined) steps.set(step, [at]);
    else indices.push(at);
  }
  return steps;
}

/**
 * Reads like an object with the artifacts as properties. Nothing is loaded before it is read, and what was loaded may be
 * collected once the step holds it no longer: a join over many large inputs needs memory for one.
 */
function inputView(flow: LoadedFlow, locator: ResultLocator): object {
  const loaded = new Map<string, WeakRef<object>>();
  const refOf = (name: string | symbol): ArtifactRef | undefined =>
    typeof name === "symbol" ? undefined : (tableOf()[name] ?? flow.document.parameters[name]);
  let table: ArtifactTable | null = null;
  const tableOf = () => (table ??= flow.record.resultAt(locator).artifacts);

  function read(name: string | symbol): unknown {
    const ref = refOf(name);
    if (ref === undefined || typeof name === "symbol") return undefined;
    const known = loaded.get(name)?.deref();
    if (known !== undefined) return known;
    const value = loadArtifact(flow.blobs, name, ref);
    if (typeof value === "object" && value !== null) loaded.set(name, new WeakRef(value));
    return value;
  }

  return new Proxy(Object.create(null) as object, {
    get: (_, name) => read(name),
    has: (_, name) => refOf(name) !== undefined,
    ownKeys: () => [...new Set([...Object.keys(tableOf()), ...Object.keys(flow.document.parameters)])],
    getOwnPropertyDescriptor: (_, name) =>
      refOf(name) === undefined ? undefined : { configurable: true, enumerable: true, value: read(name) },
    set(_, name) {
      throw readOnly(String(name));
    },
    deleteProperty(_, name) {
      throw readOnly(String(name));
    },
  });
}

function readOnly(name: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_READ_ONLY",
    headline: `Cannot change ${name} of an input because inputs show what earlier tasks stored`,
    hint: `keep the new value in a field: this.${name} = …`,
  });
}
