import { host } from "../../sdk/base/host.ts";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import type { DecoratorUse } from "../../sdk/base/metadata.ts";
import { type AddedUse, effectiveUses } from "../../sdk/decorators/effective-uses.ts";
import { loadArtifacts } from "../datastore/load-artifact.ts";
import type { StepNode } from "../graph/flow-graph.ts";
import type { LoadedFlow } from "./load-flow.ts";

/** The decorators that count for a step: those in the code, and those of the flow's own that `--with` added. */
export function usesInTask(
  inCode: readonly DecoratorUse[],
  { flow, node }: { flow: LoadedFlow; node: StepNode },
): readonly DecoratorUse[] {
  const added = (node.settings.own ?? []).flatMap(({ name, given }) =>
    given === undefined ? [] : [addedUse(name, { given, step: node.name })],
  );
  const configs = loadArtifacts(flow.blobs, flow.document.configs);
  return effectiveUses([...inCode, ...added], { configs, step: node.name });
}

function addedUse(name: string, { given, step }: { given: Readonly<Record<string, unknown>>; step: string }): AddedUse {
  const own = host().decorators?.get(name);
  if (own !== undefined) return { decorator: name, options: given, own, isAdded: true };
  throw new MillraceError({
    code: "MILLRACE_UNKNOWN_DECORATOR",
    headline: `Cannot use decorator ${name} in step ${step} because the code of the flow does not make it`,
    hint: "import the module that calls decorator() in the flow's file",
  });
}
