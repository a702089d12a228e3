import { projectNameOf } from "../../../sdk/decorators/project.ts";
import { exitHooksOf } from "../../../sdk/decorators/on-exit.ts";
import { saveArtifact, settled } from "../../datastore/load-artifact.ts";
import { type Blobs, hashOf } from "../../datastore/blobs.ts";
import { type ArtifactTable, RECORD_FORMAT, type RunDocument } from "../../datastore/records.ts";
import { type GitState, putRelease, type ReleaseDocument } from "../../datastore/release-document.ts";
import type { RunShipment } from "../../datastore/shipment.ts";
import type { Bundle } from "../../package/bundle.ts";
import type { FlowPlan } from "../plan/plan-run.ts";
import { parameterDefinitions } from "./parameter-definitions.ts";
import type { Release, StoredValue } from "./release.ts";
import { secretOrigins, type SecretSources } from "./secret-sources.ts";
import { stepCode } from "./step-code.ts";

export interface ReleaseParts {
  readonly plan: Omit<FlowPlan, "cwd">;
  readonly bundle: Bundle;
  readonly millraceVersion: string;
  /** Exact versions of what `@env` installed, by step. */
  readonly environments?: RunDocument["environments"];
  /** What steps with `@cache` can reach; null where there are none. */
  readonly reach?: NonNullable<RunDocument["reach"]> | null;
  readonly secrets?: SecretSources;
  /** Where the code stands in Git. */
  readonly git?: GitState | null;
  /** Stores what containers need; null where every step runs here. */
  readonly ship?: ((blobs: Blobs) => RunShipment) | null;
}

/** Stores code, configuration and defaults, and the document that names them: from then on it is complete in itself. */
export function storeRelease(blobs: Blobs, parts: ReleaseParts): Release {
  return settled(blobs, () => {
    const defaults = new Map<string, StoredValue>();
    const document = documentOf(parts, { blobs, defaults });
    return { hash: putRelease(blobs, document), document, defaults };
  });
}

function documentOf(
  { plan, bundle, secrets = new Map(), ...parts }: ReleaseParts,
  to: { readonly blobs: Blobs; readonly defaults: Map<string, StoredValue> },
): ReleaseDocument {
  const { Flow, graph, engines } = plan;
  const { success, error } = exitHooksOf(Flow);
  const bytes = Buffer.from(JSON.stringify(bundle.code));
  const code = hashOf([bytes]);
  to.blobs.put(code, [bytes]);
  const shipment = parts.ship?.(to.blobs);
  return {
    format: RECORD_FORMAT,
    flow: graph.flow,
    graph,
    code,
    flowFile: bundle.code.flowFile,
    place: { root: bundle.root, file: plan.flowFile },
    stepCode: stepCode(Flow),
    ...(parts.reach == null ? {} : { reach: parts.reach }),
    environments: parts.environments ?? {},
    ...(shipment === undefined ? {} : { shipment }),
    configs: tableOf(plan.configs, to.blobs),
    parameters: parameterDefinitions(plan, to),
    project: projectNameOf(Flow),
    exitHooks: [
      ...(success === undefined ? [] : (["success"] as const)),
      ...(error === undefined ? [] : (["error"] as const)),
    ],
    secrets: secretOrigins(secrets),
    engines: Object.fromEntries([...engines].map(([step, { name }]) => [step, name])),
    versions: { millrace: parts.millraceVersion, node: process.versions.node },
    ...(parts.git === undefined ? {} : { git: parts.git }),
  };
}

function tableOf(values: Readonly<Record<string, unknown>>, blobs: Blobs): ArtifactTable {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, saveArtifact(blobs, name, value)]));
}
