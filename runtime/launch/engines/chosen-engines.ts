import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { AddedUse } from "../../../sdk/decorators/effective-uses.ts";
import type { Engine } from "../../engines/engine.ts";
import { ENGINES, engineNamed } from "../../engines/index.ts";
import type { FlowGraph } from "../../graph/flow-graph.ts";

/** The engine of each step that does not run in a process of this machine. */
export type StepEngines = ReadonlyMap<string, Engine>;

/** What was asked for with the run: `--with` and `--remote`. */
export interface EngineWishes {
  readonly added: readonly AddedUse[];
  readonly isRemote: boolean;
}

/**
 * Where each step runs that does not run here. A decorator in the code alone says what the step needs, not where: only
 * `--remote`, or an engine's own `--with`, sends steps away.
 */
export function chosenEngines(graph: FlowGraph, { added, isRemote }: EngineWishes, engines = ENGINES): StepEngines {
  const isAsked = isRemote || added.some(({ decorator }) => engineNamed(decorator, engines) !== null);
  if (!isAsked) return new Map();
  return new Map(
    graph.steps.flatMap(({ name, settings }) => {
      const engine = engineNamed(settings.engine?.name, engines);
      return engine === null ? [] : [[name, engine]];
    }),
  );
}

/** The same by the names that a release keeps. */
export function namedEngines(names: Readonly<Record<string, string>>, engines = ENGINES): StepEngines {
  return new Map(
    Object.entries(names).map(([step, name]) => {
      const engine = engineNamed(name, engines);
      if (engine !== null) return [step, engine];
      throw new MillraceError({
        code: "MILLRACE_NO_ENGINE",
        headline: `Cannot run ${step} because this Millrace has no engine ${name}`,
        hint: "update the package millrace",
      });
    }),
  );
}
