import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { type AddedUse, resolveSettings } from "../../../sdk/decorators/resolve-settings.ts";
import { withAdded } from "../../../sdk/decorators/with-added.ts";
import type { AnyClass } from "../../../sdk/base/metadata.ts";
import { readFlow } from "../../graph/read-flow.ts";
import type { Finding } from "../../graph/finding.ts";
import type { FlowGraph } from "../../graph/flow-graph.ts";
import { shortPath } from "./short-path.ts";

export interface ReadGraphOptions {
  readonly configs: Readonly<Record<string, unknown>>;
  /** What `--with` adds to each step. */
  readonly added: readonly AddedUse[];
}

/** The flow's graph, or every finding with its place in the source. */
export async function readGraph(
  Flow: AnyClass,
  { configs, added }: ReadGraphOptions,
): Promise<{ graph: FlowGraph; findings: readonly [] } | { graph: null; findings: readonly Finding[] }> {
  const { graph, findings } = readFlow(Flow, {
    settingsOf: (own, step) => resolveSettings(withAdded(own, added), { configs, step }),
  });
  if (graph !== null) return { graph, findings: [] };
  const { locateFindings } = await import("../../graph/locate-findings.ts");
  return { graph: null, findings: await locateFindings(Flow, findings) };
}

/** All findings as one error. */
export function invalidFlow(flow: string, findings: readonly Finding[]): MillraceError {
  const count = findings.length === 1 ? "1 finding" : `${findings.length} findings`;
  return new MillraceError({
    code: "MILLRACE_INVALID_FLOW",
    headline: `Cannot use ${flow} because its graph is not sound: ${count}`,
    details: findings.flatMap((finding) => [...describeFinding(finding), ""]).slice(0, -1),
  });
}

function describeFinding({ file, line, column, message, hint, rule }: Finding): string[] {
  const place = file === null ? "" : `${shortPath(file)}${line === null ? "" : `:${line}:${column ?? 1}`}: `;
  return [`${place}${message}  (${rule})`, `  fix: ${hint}`];
}
