import type { RunDocument } from "../records.ts";
import { type FlowGraph, targetsOf } from "../../graph/flow-graph.ts";
import {
  type Check,
  count,
  faultIn,
  fields,
  flag,
  hash,
  kinds,
  list,
  name,
  object,
  optional,
  orNull,
  table,
  text,
  time,
} from "./checks.ts";
import { artifactTable, projectPlace } from "./parts.ts";
import { runTrigger } from "../kinds/run-trigger.ts";

/** A place within a folder, or the folder itself. */
const within: Check = (value) => {
  if (typeof value !== "string" || /[\\\0]/.test(value)) return " is not a path within a folder";
  const parts = value === "" ? [] : value.split("/");
  return parts.some((part) => part === "" || part === "..") ? " is not a path within a folder" : null;
};

const shipped = fields({
  root: within,
  cwd: within,
  archives: list(fields({ kind: text, blob: hash, bytes: count })),
  install: orNull(fields({ lock: hash, manifest: text, key: name, places: table(within) })),
  packages: list(text),
  native: list(text),
  platform: text,
});

const step = fields({
  name,
  transition: kinds("kind", {
    end: {},
    linear: { target: name },
    branch: { targets: list(name) },
    foreach: { target: name, artifact: text, label: optional(orNull(text)) },
    gang: { target: name, size: orNull(count) },
    switch: { artifact: text, cases: table(name) },
  }),
  isJoin: flag,
  parents: list(name),
  splits: list(name),
  join: orNull(name),
  doc: orNull(text),
  settings: object,
  mentions: list(text),
});

const graphFields = fields({
  flow: text,
  doc: orNull(text),
  start: name,
  end: name,
  steps: list(step),
  parameters: list(text),
});

/** Steps that a graph names are steps that it has. */
export const graph: Check = (value) => {
  const fault = graphFields(value);
  if (fault !== null) return fault;
  const { steps, start, end } = value as FlowGraph;
  const names = new Set(steps.map((one) => one.name));
  if (names.size < steps.length) return ".steps have the same name twice";
  for (const target of [start, end, ...steps.flatMap(({ transition }) => targetsOf(transition))])
    if (!names.has(target)) return ` has no step ${JSON.stringify(target)}`;
  return null;
};

const shippedNode = fields({ version: text, archives: table(fields({ blob: hash, bytes: count })) });

export const shipment = fields({
  runtime: hash,
  project: shipped,
  environments: table(shipped),
  nodes: optional(table(shippedNode)),
});

const document = fields({
  flow: name,
  run: name,
  createdAt: time,
  username: text,
  host: text,
  tags: list(text),
  project: optional(orNull(projectPlace)),
  originRun: orNull(name),
  parameters: artifactTable,
  configs: artifactTable,
  graph,
  code: hash,
  flowFile: text,
  reach: optional(table(text)),
  stepCode: table(text),
  versions: fields({ millrace: text, node: text }),
  environments: table(table(text)),
  shipment: optional(shipment),
  release: optional(hash),
  mayContinue: optional(flag),
  deployment: optional(fields({ name, version: count, target: text })),
  trigger: optional(runTrigger),
  refusal: optional(text),
});

/**
 * What is wrong with a run's document; null if a reader can rely on it.
 * @param place - where it lies: the run that it has to be
 */
export function faultOfDocument(record: unknown, place: { flow: string; run: string }): string | null {
  const fault = faultIn(document, record);
  if (fault !== null) return fault;
  const { flow, run } = record as RunDocument;
  return flow === place.flow && run === place.run ? null : `it says that it is ${flow}/${run}`;
}
