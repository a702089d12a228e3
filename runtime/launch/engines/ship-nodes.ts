import path from "node:path";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Blobs } from "../../datastore/blobs.ts";
import type { ShippedNode } from "../../datastore/shipment.ts";
import type { FlowGraph, StepNode } from "../../graph/flow-graph.ts";
import { fetchNode, type NodeArch } from "../../package/fetch-node.ts";
import { cachedArchive, type PackedArchive } from "../../package/ship/cached-archive.ts";
import { foundFile } from "../../package/ship/found-file.ts";
import { putArchive } from "../../package/ship/store-shipment.ts";
import type { Settings } from "../../settings/read-settings.ts";
import type { StepEngines } from "./chosen-engines.ts";
import { stepJobs } from "./step-jobs.ts";

export interface ShipNodesOptions {
  readonly graph: FlowGraph;
  readonly engines: StepEngines;
  readonly settings: Settings;
  /** npm begins to fetch one. */
  fetching(step: string, packages: readonly string[]): void;
  warning(text: string): void;
}

interface PackedNode {
  readonly version: string;
  readonly archives: Readonly<Record<string, PackedArchive>>;
}

/** Fetches the Node that steps in containers ask for with `@env({ node })`; the returned function stores them, by step. */
export async function shipNodes(options: ShipNodesOptions): Promise<(blobs: Blobs) => Record<string, ShippedNode>> {
  const { graph, engines } = options;
  const packed = new Map<string, PackedNode>();
  for (const step of graph.steps.filter(({ name }) => engines.has(name))) {
    const node = await packedNode(step, options);
    if (node !== null) packed.set(step.name, node);
  }
  return (blobs) =>
    Object.fromEntries(
      [...packed].map(([step, { version, archives }]) => {
        const stored = Object.entries(archives).map(([platform, archive]) => {
          putArchive(blobs, archive);
          return [platform, { blob: archive.blob, bytes: archive.bytes }] as const;
        });
        return [step, { version, archives: Object.fromEntries(stored) }];
      }),
    );
}

/** Null where nothing has to be brought, or nothing can: then the image must have it. */
async function packedNode({ name, settings }: StepNode, options: ShipNodesOptions): Promise<PackedNode | null> {
  const wanted = settings.env?.node ?? null;
  const [{ image }] = stepJobs(options.graph, name, options.settings);
  const hasImage = options.engines.get(name)?.isWithoutImages !== true;
  if (wanted === null || (hasImage && isCertainlyIn(image, wanted))) return null;
  const { cacheFolder } = options.settings;
  const archives: Record<string, PackedArchive> = {};
  let version: string | null = null;
  for (const arch of archsOf(name, options)) {
    options.fetching(name, [`node-linux-${arch}@${wanted}`]);
    const fetched = await fetchNode({ wanted, arch, cacheFolder });
    if ("because" in fetched) {
      const said = /\b(?:No matching version|ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT)[^\n]*/.exec(fetched.said)?.[0];
      options.warning(
        `${name} asks for Node ${wanted}, which cannot be brought for linux-${arch}: ${said ?? fetched.because}; its image must have it`,
      );
      continue;
    }
    refuseOld(name, fetched.version);
    version ??= fetched.version;
    const files = ["bin/node", "LICENSE"].map((file) => foundFile(path.join(fetched.folder, file)));
    const progress = () => undefined;
    archives[`linux-${arch}`] = await cachedArchive(files, { cacheFolder, base: fetched.folder, progress });
  }
  return version === null ? null : { version, archives };
}

/** A service elsewhere has machines of its own kinds; the engine of this machine has those of this machine. */
function archsOf(step: string, { engines, settings }: ShipNodesOptions): readonly NodeArch[] {
  const isHere = engines.get(step)?.computesHere(settings) === true;
  if (isHere) return [process.arch === "arm64" ? "arm64" : "x64"];
  return ["x64", "arm64"];
}

/** Of Docker's own images of Node the tag says it. */
function isCertainlyIn(image: string, wanted: string): boolean {
  const tagged = /^(?:docker\.io\/)?(?:library\/)?node:(\d+(?:\.\d+)*)/.exec(image)?.[1];
  return tagged !== undefined && `${tagged}.`.startsWith(`${wanted.replace(/^v/, "")}.`);
}

function refuseOld(step: string, version: string): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new MillraceError({
    code: "MILLRACE_NODE",
    headline: `Cannot run step ${step} with the Node that @env asks for because Millrace needs 20.19 or later: ${version}`,
    hint: "ask for a later one",
  });
}
