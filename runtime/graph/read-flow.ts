import type { AnyClass, DecoratorUse } from "../../sdk/base/metadata.ts";
import type { StepSettings } from "../../sdk/base/step-settings.ts";
import { readFacts, type FactsReading } from "./read-facts.ts";
import type { FlowFacts, StepFacts } from "./flow-facts.ts";
import type { Finding } from "./finding.ts";
import { methodsOf } from "./step-methods.ts";
import { isSplit, targetsOf, type FlowGraph, type StepNode, type Transition } from "./flow-graph.ts";
import { mentionsOf } from "./read/mentions-of.ts";
import { pathOf, readDocs, readSource, type ClassDocs } from "./read/read-docs.ts";
import { dataFacts } from "./data/data-facts.ts";
import { runDataRules } from "./data/rules/index.ts";
import { runRules } from "./rules/index.ts";
import { joinsOf, stackAfter } from "./split-paths.ts";

export interface ReadFlowOptions {
  /**
   * Turns a step's decorators into settings; throws a `MillraceError` for options that make no sense.
   * @defaultValue no settings
   */
  readonly settingsOf?: (uses: readonly DecoratorUse[], step: string) => StepSettings;
  /**
   * Reads a source file for its doc comments; `null` where there is none.
   * @defaultValue from the disk
   */
  readonly readSource?: (file: string) => string | null;
}

/** A flow class as read: a graph, or all that has to be mended first. */
export interface FlowReading {
  readonly graph: FlowGraph | null;
  /** What keeps the flow from running. Not yet located: see `locateFindings`. */
  readonly findings: readonly Finding[];
  /**
   * What is most likely a mistake in the data of a sound flow; found when asked for. Not yet located.
   * @param others - what else is to be warned of: they get the flow's file
   */
  warnings(others?: readonly Finding[]): readonly Finding[];
}

/**
 * Reads a flow class into a graph without running any of it, and lints it.
 *
 * @param Flow - the flow class, decorated under either dialect
 * @param options - how decorators become settings
 * @returns the graph, or `null` and every finding at once; never throws for what a user wrote
 */
export function readFlow(Flow: AnyClass, options: ReadFlowOptions = {}): FlowReading {
  const { facts, findings: early } = readFacts(Flow, {
    settingsOf: (uses, step) => options.settingsOf?.(uses, step) ?? {},
  } satisfies FactsReading);
  const findings = [...early, ...runRules(facts)].map((found) => withFile(found, facts));
  if (findings.length > 0) return { graph: null, findings, warnings: () => [] };
  const graph = graphOf(Flow, { facts, read: options.readSource ?? readSource });
  const warnings = (others: readonly Finding[] = []) =>
    [...runDataRules(dataFacts(Flow, facts)), ...others].map((found) => withFile(found, facts));
  return { graph, findings, warnings };
}

function graphOf(
  Flow: AnyClass,
  { facts, read }: { facts: FlowFacts; read: (file: string) => string | null },
): FlowGraph {
  const joins = joinsOf(facts.paths, facts.steps);
  const docsOf = docsReader(read);
  const methods = methodsOf(Flow);
  const names = new Set(facts.steps.keys());
  const steps = [...facts.steps.values()].map((step): StepNode => {
    const transition = step.transition ?? { kind: "end" };
    const stack = facts.paths.arrivals.get(step.name)?.[0]?.stack ?? [];
    return {
      name: step.name,
      transition,
      isJoin: step.isJoin,
      parents: parentsOf(step.name, facts),
      splits: stackAfter(stack, step.isJoin).map((frame) => frame.split),
      join: isSplit(transition) ? (joins.get(step.name)?.[0] ?? null) : null,
      doc: docsOf(step)?.members.get(step.name) ?? null,
      settings: step.settings,
      mentions: mentionsOf(step.reading, {
        isJoin: step.isJoin,
        transitionReads: readsOf(transition),
        steps: names,
        methods,
      }),
    };
  });
  const [start, end] = [facts.starts[0] ?? "start", facts.ends[0] ?? "end"];
  const own = [...facts.steps.values()].find((step) => step.method.owner === Flow);
  const doc = own === undefined ? null : (docsOf(own)?.flow ?? null);
  return { flow: facts.flow, doc, start, end, steps, parameters: [...facts.fields.keys()] };
}

function parentsOf(name: string, facts: FlowFacts): readonly string[] {
  const parents = [...facts.steps.values()].filter(
    (step) => step.transition && targetsOf(step.transition).includes(name),
  );
  return parents.map((step) => step.name);
}

function readsOf(transition: Transition): readonly string[] {
  return transition.kind === "foreach" || transition.kind === "switch" ? [transition.artifact] : [];
}

function docsReader(read: (file: string) => string | null): (step: StepFacts) => ClassDocs | null {
  const cache = new Map<string, ClassDocs | null>();
  return ({ method }) => {
    const { file } = method.mark;
    if (file === null) return null;
    const key = `${method.owner.name}\n${file}`;
    if (!cache.has(key)) {
      const source = read(file);
      cache.set(key, source === null ? null : readDocs(source, method.owner.name));
    }
    return cache.get(key) ?? null;
  };
}

function withFile(found: Finding, facts: FlowFacts): Finding {
  const steps = [...facts.steps.values()];
  const { at } = found;
  const held = at.kind === "mention" ? steps.find(({ method }) => method.owner.name === at.owner) : undefined;
  const step = held ?? facts.steps.get(found.reader ?? found.step ?? "") ?? steps.at(-1);
  const file = step?.method.mark.file ?? null;
  return { ...found, file: file === null ? null : pathOf(file) };
}
