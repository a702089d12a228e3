import type { FlowGraph } from "../../graph/graph.ts";

/** Engines that run tasks elsewhere than in processes of this machine, by the decorator that asks for them. */
export const REMOTE_ENGINES = ["docker", "batch"] as const;
export type RemoteEngine = (typeof REMOTE_ENGINES)[number];

/** What was asked for with the run: `--with` and `--remote`. */
export interface AskedEngines {
  readonly added: readonly string[];
  readonly isRemote: boolean;
}

/**
 * Where each step runs that does not run here. A decorator in the code alone says what the step needs, not where: only
 * `--remote`, or an engine's own `--with`, sends steps away.
 */
export function chosenEngines(graph: FlowGraph, { added, isRemote }: AskedEngines): ReadonlyMap<string, RemoteEngine> {
  const isAsked = isRemote || added.some((text) => isEngine(text.split(":", 1)[0]?.trim().replace(/^@/, "")));
  if (!isAsked) return new Map();
  return new Map(
    graph.steps.flatMap(({ name, settings }) =>
      isEngine(settings.engine?.name) ? [[name, settings.engine.name]] : [],
    ),
  );
}

function isEngine(name: string | undefined): name is RemoteEngine {
  return (REMOTE_ENGINES as readonly (string | undefined)[]).includes(name);
}
