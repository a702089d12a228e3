import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { AddedUse } from "../../../sdk/decorators/effective-uses.ts";
import { resolveSettings } from "../../../sdk/decorators/resolve-settings.ts";
import type { AnyClass } from "../../../sdk/base/metadata.ts";
import { readFlow } from "../../graph/read-flow.ts";
import type { Finding } from "../../graph/finding.ts";
import type { FlowGraph } from "../../graph/flow-graph.ts";
import type { FlowField } from "../values/flow-fields.ts";
import { configFindings } from "../values/config-findings.ts";
import { parameterFindings } from "../values/parameter-findings.ts";
import { findingText } from "./finding-text.ts";

export interface ReadGraphOptions {
  readonly configs: Readonly<Record<string, unknown>>;
  /** What `--with` adds to each step. */
  readonly added: readonly AddedUse[];
}

export type GraphReading =
  | {
      readonly graph: FlowGraph;
      readonly findings: readonly [];
      /** Configurations that the options of each step's decorators are computed from. */
      readonly configReads: ReadonlyMap<string, ReadonlySet<string>>;
      /** What `check` warns of, with its place; what a comment in the source silences is left out. */
      warnings(fields: readonly FlowField[]): Promise<readonly Finding[]>;
    }
  | { readonly graph: null; readonly findings: readonly Finding[] };

/** The flow's graph, or every finding with its place in the source. */
export async function readGraph(Flow: AnyClass, { configs, added }: ReadGraphOptions): Promise<GraphReading> {
  const configReads = new Map<string, Set<string>>();
  const { graph, findings, warnings } = readFlow(Flow, {
    settingsOf(uses, step) {
      const read = new Set<string>();
      configReads.set(step, read);
      return resolveSettings([...uses, ...added], { configs: watched(configs, read), step });
    },
  });
  if (graph === null) {
    const { locateFindings } = await import("../../graph/locate-findings.ts");
    return { graph: null, findings: await locateFindings(Flow, findings) };
  }
  return {
    graph,
    findings: [],
    configReads,
    async warnings(fields) {
      const found = warnings([...parameterFindings(fields), ...configFindings(fields, configs)]);
      if (found.length === 0) return found;
      const { locatedWarnings } = await import("./located-warnings.ts");
      return locatedWarnings(Flow, found);
    },
  };
}

function watched(configs: Readonly<Record<string, unknown>>, read: Set<string>): Readonly<Record<string, unknown>> {
  return new Proxy(configs, {
    get(target, key, receiver): unknown {
      if (typeof key === "string") read.add(key);
      return Reflect.get(target, key, receiver);
    },
  });
}

/** All findings as one error; warnings where `--strict` makes errors of them. */
export function invalidFlow(flow: string, findings: readonly Finding[]): MillraceError {
  const areWarnings = findings.every(({ severity }) => severity === "warning");
  const what = areWarnings ? "warning" : "finding";
  const count = `${findings.length} ${what}${findings.length === 1 ? "" : "s"}`;
  const rule = areWarnings ? "--strict allows no warnings" : "its graph is not sound";
  return new MillraceError({
    code: "MILLRACE_INVALID_FLOW",
    headline: `Cannot use ${flow} because ${rule}: ${count}`,
    details: findings.flatMap((finding) => [...findingText(finding), ""]).slice(0, -1),
  });
}
