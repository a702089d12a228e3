import { brokenInvariant, MillraceError } from "../../sdk/base/millrace-error.ts";
import { nearest } from "../../sdk/base/nearest.ts";
import type { FlowGraph, StepNode } from "../graph/flow-graph.ts";
import type { Transit } from "./transit.ts";

export interface NextCallOptions {
  readonly instance: object;
  readonly node: StepNode;
  readonly graph: FlowGraph;
  /** Most children that one split may have. */
  readonly maxSplits: number;
}

/** The one `this.next(…)` of a task: what it said, checked against the graph that was read from the source. */
export class NextCall {
  readonly #options: NextCallOptions;
  #taken: Transit | null = null;

  constructor(options: NextCallOptions) {
    this.#options = options;
  }

  call(args: readonly unknown[]): void {
    const { node } = this.#options;
    if (this.#taken !== null) throw refused(node, "because it was called before: a step calls it once");
    if (node.transition.kind === "end") throw refused(node, "because this is the flow's last step");
    const taken = this.#read(args);
    if (taken.kind !== node.transition.kind) {
      throw refused(node, `because it says ${taken.kind} where the source was read as ${node.transition.kind}`);
    }
    const targets = "targets" in taken ? taken.targets : "target" in taken ? [taken.target] : [];
    const known = new Set(targetsIn(node));
    const unknown = targets.find((target) => !known.has(target));
    if (unknown !== undefined) throw refused(node, `because ${unknown} is not among the steps that its source names`);
    this.#taken = taken;
  }

  get isTaken(): boolean {
    return this.#taken !== null;
  }

  /** Goes on without a call. */
  take(transit: Transit): void {
    this.#taken = transit;
  }

  taken(): Transit {
    const { node } = this.#options;
    if (this.#taken !== null) return this.#taken;
    if (node.transition.kind === "end") return { kind: "end" };
    throw new MillraceError({
      code: "MILLRACE_NO_NEXT",
      headline: `Cannot go on after step ${node.name} because it ended without calling this.next`,
      hint: "call this.next(…) as the last thing the step does; is it skipped by an early return?",
    });
  }

  #read(args: readonly unknown[]): Transit {
    const [first, second] = args;
    if (typeof first !== "function") return this.#switch(first, second);
    if (typeof second !== "object" || second === null) {
      if (args.length === 1) return { kind: "linear", target: this.#nameOf(first) };
      return { kind: "branch", targets: args.map((target) => this.#nameOf(target)) };
    }
    const options = second as { foreach?: string; label?: unknown; numParallel?: unknown };
    const target = this.#nameOf(first);
    if (options.foreach !== undefined)
      return this.#foreach(target, { artifact: options.foreach, label: options.label });
    return { kind: "gang", target, size: this.#gangSize(options.numParallel) };
  }

  #foreach(target: string, { artifact, label }: { artifact: string; label: unknown }): Transit {
    const { node, maxSplits } = this.#options;
    if (label !== undefined && typeof label !== "string" && typeof label !== "number")
      throw refused(node, `because label is the name of a property of the items: it is ${typeName(label)}`);
    const instance = this.#options.instance as Record<string, unknown>;
    const value = instance[artifact];
    if (typeof (value as Iterable<unknown> | null | undefined)?.[Symbol.iterator] !== "function") {
      const isAsync =
        typeof (value as AsyncIterable<unknown> | null | undefined)?.[Symbol.asyncIterator] === "function";
      const seen = isAsync ? "an async iterable; collect it into an array first" : typeName(value);
      const why = `over this.${artifact} because it cannot be iterated: it is ${seen}`;
      throw value === undefined ? refused(node, why, { hint: this.#hintOnUnset(artifact) }) : refused(node, why);
    }
    const items: unknown[] = [];
    for (const item of value as Iterable<unknown>) {
      if (items.push(item) > maxSplits) throw tooMany(artifact, maxSplits);
    }
    // An iterator is used up by now: its items take its place as the artifact.
    if ((value as { next?: unknown }).next !== undefined && !Array.isArray(value)) instance[artifact] = items;
    return { kind: "foreach", target, artifact, items, label: label === undefined ? null : String(label) };
  }

  /** For a name that stands for nothing: most likely a slip of the pen. */
  #hintOnUnset(artifact: string): string {
    const { instance } = this.#options;
    const meant = nearest(
      artifact,
      Object.keys(instance).filter((name) => name !== artifact),
    );
    return meant === null ? `set this.${artifact} to an array before this.next` : `did you mean ${meant}?`;
  }

  #gangSize(given: unknown): number {
    const { node, maxSplits } = this.#options;
    if (typeof given !== "number" || !Number.isInteger(given) || given < 1) {
      throw refused(node, `because numParallel must be a whole number, 1 or more: it is ${String(given)}`);
    }
    if (given > maxSplits) throw tooMany("numParallel", maxSplits);
    return given;
  }

  #switch(cases: unknown, options: unknown): Transit {
    const { node } = this.#options;
    const condition = (options as { condition?: unknown } | null | undefined)?.condition;
    if (typeof cases !== "object" || cases === null || typeof condition !== "string") {
      throw refused(node, "because its arguments do not have one of the known forms");
    }
    const value = (this.#options.instance as Record<string, unknown>)[condition];
    const table = cases as Record<string, unknown>;
    const chosen = Object.hasOwn(table, String(value)) ? String(value) : "default";
    if (!Object.hasOwn(table, chosen)) throw unknownCase({ node, condition, value, cases: Object.keys(table) });
    return { kind: "switch", target: this.#nameOf(table[chosen]), case: chosen };
  }

  #nameOf(method: unknown): string {
    const { instance, graph, node } = this.#options;
    const found = graph.steps.find((step) => (instance as Record<string, unknown>)[step.name] === method);
    if (found !== undefined) return found.name;
    throw refused(
      node,
      `because ${typeof method === "function" ? `${method.name || "that function"} is` : `${typeName(method)} is`} not a step of this flow`,
    );
  }
}

/** Where a step goes whatever it computed; only such steps may carry `@catchError`. */
export function impliedTransition(node: StepNode): Transit {
  const { transition } = node;
  if (transition.kind === "end" || transition.kind === "linear" || transition.kind === "branch") return transition;
  throw brokenInvariant(`step ${node.name} cannot be concluded without its own ${transition.kind}`);
}

function targetsIn(node: StepNode): readonly string[] {
  const { transition } = node;
  if (transition.kind === "end") return [];
  if (transition.kind === "switch") return Object.values(transition.cases);
  return transition.kind === "branch" ? transition.targets : [transition.target];
}

const FORMS =
  "this.next(this.step), this.next(this.a, this.b), { foreach }, { condition } or { numParallel }: see the documentation";

function refused(node: StepNode, why: string, { hint = FORMS } = {}): MillraceError {
  return new MillraceError({
    code: "MILLRACE_NEXT",
    headline: `Cannot take this.next in step ${node.name} ${why}`,
    hint,
  });
}

function tooMany(what: string, maxSplits: number): MillraceError {
  return new MillraceError({
    code: "MILLRACE_TOO_MANY_SPLITS",
    headline: `Cannot fan out over ${what} because it has more than ${maxSplits} items`,
    hint: "raise the limit with --max-num-splits, or let each task take a batch of items",
  });
}

function unknownCase(found: {
  node: StepNode;
  condition: string;
  value: unknown;
  cases: readonly string[];
}): MillraceError {
  return new MillraceError({
    code: "MILLRACE_UNKNOWN_CASE",
    headline: `Cannot choose after step ${found.node.name} because no case fits: this.${found.condition} is ${JSON.stringify(found.value) ?? String(found.value)}`,
    details: [`cases: ${found.cases.join(", ")}`],
    hint: "add the case, or a `default`",
  });
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === "object" ? (value.constructor?.name ?? "an object") : `a ${typeof value}`;
}
