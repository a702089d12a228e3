import type { Settings } from "../../settings/read-settings.ts";
import type { LocalEnvironment } from "../../engines/local/process-kind.ts";
import { type Blobs, hashOf } from "../../datastore/blobs.ts";
import type { RunDocument } from "../../datastore/records.ts";
import type { RunShipment } from "../../datastore/shipment.ts";
import type { Bundle } from "../../package/bundle.ts";
import { prepareShipment, shipEnvironment } from "../../package/ship/prepare-shipment.ts";
import { storeShipment } from "../../package/ship/store-shipment.ts";
import { secretFiles } from "../release/secret-files.ts";
import type { SecretSources } from "../release/secret-sources.ts";
import type { FlowGraph } from "../../graph/flow-graph.ts";
import { shipNodes } from "./ship-nodes.ts";
import type { StepEngines } from "./chosen-engines.ts";
import { runtimeArchive } from "./make-engines.ts";

export interface ShipOptions {
  readonly flowFile: string;
  readonly secrets: SecretSources;
  readonly engines: StepEngines;
  readonly bundle: Bundle;
  /** What `@env` installed here, by step, and its exact versions. */
  readonly environments: ReadonlyMap<string, LocalEnvironment>;
  readonly versions: RunDocument["environments"];
  readonly cwd: string;
  readonly settings: Settings;
  readonly graph: FlowGraph;
  /** npm begins to fetch a Node for a step. */
  installing?(step: string, packages: readonly string[]): void;
  warning(text: string): void;
}

/** Packs what the run's containers need; the returned function stores it. */
export async function shipProject(options: ShipOptions): Promise<(blobs: Blobs) => RunShipment> {
  const { bundle, engines, environments, versions, cwd, settings, warning } = options;
  const kept = { cacheFolder: settings.cacheFolder };
  const project = await prepareShipment(bundle, {
    ...{ ...kept, cwd },
    include: settings.included(bundle.root),
    secretFiles: secretFiles(options.secrets, options),
  });
  for (const text of project.warnings) warning(text);
  const added = new Map<string, Awaited<ReturnType<typeof shipEnvironment>>>();
  for (const [step, { packages }] of environments) {
    if (packages === null || !engines.has(step)) continue;
    added.set(step, await shipEnvironment({ folder: packages.folder, versions: versions[step] ?? {} }, kept));
  }
  const nodes = await shipNodes({ ...options, fetching: (...asked) => options.installing?.(...asked) });
  const runtime = runtimeArchive();
  return (blobs) => {
    const shippedNodes = nodes(blobs);
    const own = hashOf([runtime.bytes]);
    blobs.put(own, [runtime.bytes]);
    return {
      runtime: own,
      project: storeShipment(blobs, project),
      environments: Object.fromEntries([...added].map(([step, prepared]) => [step, storeShipment(blobs, prepared)])),
      ...(Object.keys(shippedNodes).length === 0 ? {} : { nodes: shippedNodes }),
    };
  };
}
