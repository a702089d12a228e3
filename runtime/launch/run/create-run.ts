import { createHash } from "node:crypto";
import os from "node:os";
import { tokenizer } from "acorn";
import { MillraceError } from "../../../sdk/base/errors.ts";
import type { AnyClass } from "../../../sdk/base/metadata.ts";
import { username } from "../../config.ts";
import { saveArtifact, settled } from "../../datastore/artifacts.ts";
import { type Blobs, hashOf } from "../../datastore/blobs.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { systemTags } from "../../datastore/judge-tags.ts";
import { type ArtifactTable, type ProjectPlace, RECORD_FORMAT, type RunDocument } from "../../datastore/records.ts";
import type { RunShipment } from "../../datastore/shipment.ts";
import { documentKey, type RecordRoot } from "../../datastore/run-keys.ts";
import { stepMethods } from "../../graph/flow-class.ts";
import type { FlowGraph } from "../../graph/graph.ts";
import type { CodePackage } from "../../package/code-package.ts";
import { refuseRunning } from "../plan/refuse-running.ts";
import { newRunId } from "./new-run-id.ts";

export interface RunDocumentParts {
  readonly Flow: AnyClass;
  readonly graph: FlowGraph;
  readonly code: CodePackage;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly configs: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
  readonly project: ProjectPlace | null;
  readonly originRun: string | null;
  readonly environments: RunDocument["environments"];
  readonly millraceVersion: string;
  /** What steps with `@cache` can reach; null where there are none. */
  readonly reach?: RunDocument["reach"] | null;
  /** Stores what containers need; null where every step runs here. */
  readonly ship?: ((blobs: Blobs) => RunShipment) | null;
  /** True for a step that is tried out: its record is no run's. */
  readonly isSpin?: boolean;
}

/** Stores code, parameters and configuration, and claims a run id with the document that names them. */
export function createRun(store: Datastore, parts: RunDocumentParts): RunDocument {
  const table = (values: Readonly<Record<string, unknown>>): ArtifactTable =>
    Object.fromEntries(
      Object.entries(values)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, saveArtifact(store.blobs, name, value)]),
    );
  const bytes = Buffer.from(JSON.stringify(parts.code));
  const code = hashOf([bytes]);
  const { parameters, configs, shipment } = settled(store.blobs, () => {
    store.blobs.put(code, [bytes]);
    const shipment = parts.ship?.(store.blobs);
    return { parameters: table(parts.parameters), configs: table(parts.configs), shipment };
  });
  const createdAt = Date.now();
  const fixed = {
    format: RECORD_FORMAT,
    flow: parts.graph.flow,
    createdAt,
    username: username(),
    host: os.hostname(),
    tags: [...new Set([...parts.tags, ...systemTags(parts.project)])],
    project: parts.project,
    originRun: parts.originRun,
    parameters,
    configs,
    graph: parts.graph,
    code,
    flowFile: parts.code.flowFile,
    ...(parts.reach == null ? {} : { reach: parts.reach }),
    stepCode: stepCodeOf(parts.Flow),
    versions: { millrace: parts.millraceVersion, node: process.versions.node },
    environments: parts.environments,
    ...(shipment === undefined ? {} : { shipment }),
  } as const;
  for (;;) {
    const document: RunDocument = { ...fixed, run: newRunId(createdAt) };
    const { flow, run } = document;
    const record = parts.isSpin === true ? store.spin(flow, run) : store.record(flow, run);
    if (!record.create(document)) continue;
    if (document.originRun !== null) refuseWithoutOrigin(store, document, parts.isSpin === true ? "spins" : "flows");
    if (document.originRun !== null && parts.isSpin !== true) refuseAwakeOrigin(store, document);
    return document;
  }
}

/** From now on the origin stays, as long as this record does; a gc may have removed it until now. */
function refuseWithoutOrigin(store: Datastore, { flow, run, originRun }: RunDocument, root: RecordRoot): void {
  if (store.storage.has(documentKey({ flow, run: originRun ?? "" }))) return;
  store.storage.remove([documentKey({ flow, run, root })]);
  throw new MillraceError({
    code: "MILLRACE_UNKNOWN_RUN",
    headline: `Cannot go on from ${flow}/${originRun ?? ""} because it has just been removed from the datastore`,
    hint: "start a new run with the command run; gc --keep RUN keeps a run that is still needed",
  });
}

/**
 * The origin's scheduler may have slept, and awoke since it was found to be gone. It says so before it looks for runs like
 * this one, and here the order is the other way round: at least one of both sees the other.
 */
function refuseAwakeOrigin(store: Datastore, { flow, run, originRun }: RunDocument): void {
  try {
    refuseRunning(store, { flow, run: originRun ?? "" });
  } catch (error) {
    store.storage.remove([documentKey({ flow, run })]);
    throw error;
  }
}

/** Hash of each step's source, to tell whether it changed. */
function stepCodeOf(Flow: AnyClass): Record<string, string> {
  const hash = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16);
  return Object.fromEntries([...stepMethods(Flow)].map(([name, { fn }]) => [name, hash(essence(String(fn)))]));
}

/** What compilers leave as it is: the tokens, without the semicolons that some drop and the helpers that some add. */
function essence(source: string): string {
  const plain = source.replace(/\b__name\((\w+),\s*"[^"]*"\);?/g, "");
  try {
    const tokens = [...tokenizer(`({${plain}})`, { ecmaVersion: "latest" })];
    return tokens
      .filter((token) => token.type.label !== ";")
      .map((token) => `${token.type.label} ${String((token as { value?: unknown }).value)}`)
      .join("\n");
  } catch {
    return plain.replace(/[\s;]+/g, " ");
  }
}
