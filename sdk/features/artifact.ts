import { featureError } from "../../runtime/catalog/features/feature-error.ts";
import type { SourceSpec } from "../../runtime/catalog/features/source-spec.ts";
import { readTable } from "../../runtime/catalog/features/sources/read-table.ts";
import type { Artifact } from "../client/artifact.ts";
import type { ClientOptions } from "../client/client-options.ts";
import { featureProblem } from "./feature-problem.ts";
import { type FeatureSource, type SourceOptions, sourceOf } from "./sources.ts";

/** The two clocks of a source, and which runs its rows may come from. */
export interface ArtifactSourceOptions extends SourceOptions, ClientOptions {
  /** Only runs that carry all of these. */
  readonly tags?: readonly string[] | undefined;
}

const PATH = /^([^/]+)\/([^/]+)$/u;

/**
 * Rows that a flow made: an artifact that the last step of its latest successful run left. A call of `features` that begins with
 * one run goes on with it, whichever run ends meanwhile.
 *
 * @param pathspec - `Flow/name`; the artifact is a list of objects, a table of Apache Arrow, or an object with columns of equal
 * length
 *
 * @example
 * ```ts
 * import { artifact, entity, featureView, sum } from "millrace/features";
 *
 * export const spending = featureView("spending", {
 *   entity: entity("customer", { keys: { customerId: "string" } }),
 *   source: artifact("OrdersFlow/orders", { event: "orderedAt", tags: ["nightly"] }),
 *   features: { spend7d: sum("amount", { window: "7d" }) },
 * });
 * ```
 */
export function artifact(pathspec: string, options: ArtifactSourceOptions): FeatureSource {
  const [, flow, name] = PATH.exec(pathspec) ?? [];
  if (flow === undefined || name === undefined)
    throw featureProblem(
      `artifact needs the name of a flow and of an artifact, not ${JSON.stringify(pathspec) ?? typeof pathspec}`,
      'for example artifact("OrdersFlow/orders", { event: "orderedAt" })',
    );
  const find = () => latest({ flow, name }, options);
  const { spec } = sourceOf(pathspec, options, {
    kind: "artifact",
    more: ["datastore", "namespace", "tags"],
    read: async (columns) => readOf(await find())(columns),
  });
  const pinned = async (): Promise<SourceSpec> => {
    const found = await find();
    return { ...spec, read: readOf(found), dataKey: found.hash };
  };
  return { spec: { ...spec, pinned } };
}

async function latest(
  { flow, name }: { readonly flow: string; readonly name: string },
  { datastore, namespace, tags }: ArtifactSourceOptions,
): Promise<Artifact> {
  // Large, and of no use to other sources.
  const { Flow } = await import("../client/index.ts");
  const found = await Flow.get(flow, { datastore, namespace });
  const run = await found.latestSuccessfulRun({ tags });
  return (await run.endTask()).artifact(name);
}

/** What was loaded is kept for the source's other views. */
function readOf(found: Artifact): SourceSpec["read"] {
  let loaded: Promise<unknown> | null = null;
  return async (columns) => {
    const value = await (loaded ??= found.load());
    const rows = readTable(value, columns, found.pathspec);
    if (rows !== null) return rows;
    throw featureError(`${found.pathspec} cannot be the source of features: it is ${found.type}`, {
      hint: "wanted: a list of objects, a table of Apache Arrow, or an object with columns of equal length",
    });
  };
}
