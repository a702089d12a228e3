import { inspect } from "node:util";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { loadArtifact, loadArtifacts } from "../datastore/load-artifact.ts";
import { type ArtifactRef, type ArtifactTable, parseLocator, type ResultLocator } from "../datastore/records.ts";
import { InputWindow } from "./input-window.ts";
import type { LoadedFlow } from "./load-flow.ts";

/** What a join receives, and the way back from a view to the result that it shows. */
export interface JoinInputs {
  /** A view on each path's artifacts in split order, also under the name of its last step. */
  readonly views: readonly object[];
  /** @throws MillraceError for anything that is no input of this join */
  locatorsOf(inputs: Iterable<unknown>): readonly ResultLocator[];
}

export function joinInputs(flow: LoadedFlow, locators: readonly ResultLocator[]): JoinInputs {
  const window = new InputWindow(flow, locators);
  const views = locators.map((locator, index) => inputView(flow, { locator, index, window }));
  const places = new Map(views.map((view, at) => [view, locators[at] ?? ""]));
  for (const [step, [first, ...others]] of indicesBySteps(locators)) {
    if (first === undefined || others.length > 0 || step in views) continue;
    Object.defineProperty(views, step, { value: views[first], enumerable: false });
  }
  return {
    views,
    locatorsOf: (inputs) =>
      Array.from(inputs, (input) => {
        const locator = places.get(input as object);
        if (locator === undefined) throw notAnInput(input);
        return locator;
      }),
  };
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

interface InputPlace {
  readonly locator: ResultLocator;
  readonly index: number;
  readonly window: InputWindow;
}

/**
 * Reads like an object with the artifacts as properties. Nothing is loaded before it is read, and what was loaded may be
 * collected once the step holds it no longer: a join over many large inputs needs memory for one.
 */
function inputView(flow: LoadedFlow, { locator, index, window }: InputPlace): object {
  const loaded = new Map<string, WeakRef<object>>();
  let table: ArtifactTable | null = null;
  const all = (): ArtifactTable => {
    if (table === null) window.results(index);
    return (table ??= {
      ...flow.record.resultAt(locator).artifacts,
      ...flow.document.parameters,
      ...flow.document.configs,
    });
  };
  const refOf = (name: string | symbol): ArtifactRef | undefined =>
    typeof name === "string" && Object.hasOwn(all(), name) ? all()[name] : undefined;

  function read(name: string | symbol): unknown {
    const ref = refOf(name);
    if (ref === undefined || typeof name === "symbol") return undefined;
    const known = loaded.get(name)?.deref();
    if (known !== undefined) return known;
    if (ref.data === undefined) window.artifact(name, index);
    const value = loadArtifact(flow.blobs, name, ref);
    if (typeof value === "object" && value !== null) loaded.set(name, new WeakRef(value));
    return value;
  }

  // What console.log shows is read off the target, so the target says it.
  const target = { [inspect.custom]: () => loadArtifacts(flow.blobs, all()) };
  return new Proxy<object>(target, {
    get: (own, name) => (refOf(name) === undefined ? (Reflect.get(own, name) as unknown) : read(name)),
    has: (own, name) => refOf(name) !== undefined || name in own,
    ownKeys: () => [...Object.keys(all()), inspect.custom],
    getOwnPropertyDescriptor: (own, name) =>
      refOf(name) === undefined
        ? Reflect.getOwnPropertyDescriptor(own, name)
        : { configurable: true, enumerable: true, get: () => read(name) },
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

function notAnInput(seen: unknown): MillraceError {
  return new MillraceError({
    code: "MILLRACE_MERGE",
    headline: `Cannot merge artifacts because an input is not one that this join received: ${inspect(seen, { depth: 0 })}`,
    hint: "pass inputs, or some of them: this.mergeArtifacts(inputs.filter((input) => …))",
  });
}
