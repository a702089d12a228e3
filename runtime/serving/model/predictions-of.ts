import { type AnyClass, type PredictionMark, predictionMarkOf } from "../../../sdk/base/metadata.ts";
import { serviceError } from "./service-error.ts";

/** A method of a service that answers rows. */
export interface Prediction extends PredictionMark {
  /** Name of the method, and of its path. */
  readonly name: string;
}

/** Paths of the server itself. */
const TAKEN = new Set(["healthz", "readyz", "metrics", "model", "v2", "openapi.json"]);

/**
 * The methods with `@predict`, those of base classes included, in the order of the source.
 * @throws MillraceError `MILLRACE_SERVICE` where there is none
 */
export function predictionsOf(service: AnyClass): readonly Prediction[] {
  const found = new Map<string, Prediction>();
  for (const prototype of prototypesOf(service)) {
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const method: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
      const mark = typeof method === "function" ? predictionMarkOf(method) : undefined;
      if (mark !== undefined) found.set(name, { name, ...mark });
    }
  }
  for (const name of found.keys())
    if (TAKEN.has(name))
      throw serviceError(
        `Cannot serve ${service.name} because a path of the server has the name of a method: ${name}`,
        {
          hint: "give the method another name",
        },
      );
  if (found.size > 0) return [...found.values()];
  throw serviceError(`Cannot serve ${service.name || "the class"} because none of its methods has @predict`, {
    hint: "write @predict({ input: Customer, output: Score }) before the method that takes rows",
  });
}

/** The base class first. */
function prototypesOf(service: AnyClass): object[] {
  const chain: object[] = [];
  for (let one = service.prototype as object | null; one !== null && one !== Object.prototype;) {
    chain.unshift(one);
    one = Object.getPrototypeOf(one) as object | null;
  }
  return chain;
}
