import { isMillraceError } from "../../sdk/base/millrace-error.ts";
import { fieldsOf, type AnyClass, type DecoratorUse, usesForEveryStep } from "../../sdk/base/metadata.ts";
import type { StepSettings } from "../../sdk/base/step-settings.ts";
import type { FlowFacts, StepFacts } from "./flow-facts.ts";
import { finding, type Finding } from "./finding.ts";
import { accessorPairs, methodsOf, stepMethods, usesOfStep, type FoundStep } from "./step-methods.ts";
import { readStep } from "./read/read-step.ts";
import { stepSource } from "./read/step-source.ts";
import { walkSplits } from "./split-paths.ts";

export interface FactsReading {
  settingsOf(uses: readonly DecoratorUse[], step: string): StepSettings;
}

/** Gathers all that the class says; findings are decorator options that make no sense. */
export function readFacts(Flow: AnyClass, options: FactsReading): { facts: FlowFacts; findings: readonly Finding[] } {
  const methods = stepMethods(Flow);
  const starts = marked(methods, "start");
  const ends = marked(methods, "end");
  const findings: Finding[] = [];
  const read = [...methods.values()].map((method) => {
    const isEnd = ends.includes(method.name);
    return { method, reading: readStep(stepSource(method), method.owner), isEnd };
  });
  // Whether a parameter means `inputs` or an item depends on the transitions of all other steps.
  const itemTargets = new Set(
    read.flatMap(({ reading }) => {
      const transition = reading.nexts[0]?.transition;
      return transition?.kind === "foreach" || transition?.kind === "gang" ? [transition.target] : [];
    }),
  );

  const steps = new Map<string, StepFacts>();
  for (const { method, reading, isEnd } of read) {
    const next = reading.nexts.find((call) => !call.isNested) ?? null;
    steps.set(method.name, {
      name: method.name,
      method,
      reading,
      transition: isEnd ? { kind: "end" } : reading.nexts.length === 1 ? (next?.transition ?? null) : null,
      problem: next?.problem ?? null,
      isEnd,
      isJoin: reading.paramCount > 0 && !itemTargets.has(method.name),
      settings: settingsOf(method),
    });
  }
  const otherMethods = new Set([...methodsOf(Flow).keys()].filter((name) => !methods.has(name)));
  const paths = walkSplits(steps, starts.length === 1 ? starts[0] : undefined);
  const accessors = accessorPairs(Flow);
  const facts = { flow: Flow.name, steps, fields: fieldsOf(Flow), otherMethods, accessors, starts, ends, paths };
  return { facts, findings };

  function settingsOf(step: FoundStep): StepSettings {
    const { name } = step;
    const { settings, error } = settingsOrError(usesOfStep(Flow, step), name);
    if (error === null) return settings;
    const message = [error.headline, ...error.details].join("; ");
    // What is wrong without the step's own decorators is wrong before the class, and told once.
    const forAll = usesForEveryStep(Flow);
    const isOfClass = forAll.length > 0 && settingsOrError(forAll, name).error?.headline === error.headline;
    if (isOfClass && findings.some((known) => known.message === message)) return {};
    const hint = error.hint ?? "see the decorator's options";
    findings.push(finding({ rule: "decorator-options", ...(isOfClass ? {} : { step: name }), message, hint }));
    return {};
  }

  function settingsOrError(uses: readonly DecoratorUse[], step: string) {
    try {
      return { settings: options.settingsOf(uses, step), error: null };
    } catch (error) {
      if (isMillraceError(error)) return { settings: {}, error };
      throw error;
    }
  }
}

/** Steps marked as start or end; without a mark the one that has the name. */
function marked(methods: ReadonlyMap<string, FoundStep>, what: "start" | "end"): readonly string[] {
  const names = [...methods.values()].filter(({ mark }) => mark[what]).map(({ name }) => name);
  return names.length > 0 || !methods.has(what) ? names : [what];
}
