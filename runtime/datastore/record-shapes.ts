import type { RunEvent } from "./events.ts";
import type { RunDocument } from "./records.ts";

type Kind = "string" | "number" | "object" | "array" | "table";
type Shape = Readonly<Record<string, Kind>>;

/** What readers rely on; more may be there. */
const DOCUMENT: Shape = {
  flow: "string",
  run: "string",
  createdAt: "number",
  tags: "array",
  parameters: "table",
  configs: "table",
  graph: "object",
  stepCode: "object",
  code: "string",
};

const RESULT: Shape = {
  run: "string",
  step: "string",
  task: "number",
  attempt: "number",
  status: "string",
  artifacts: "table",
};

const EVENTS: Readonly<Record<RunEvent["type"], Shape>> = {
  "run-started": {},
  "task-started": { task: "number", step: "string", source: "object", path: "string", attempt: "number" },
  "task-reused": { task: "number", step: "string", source: "object", path: "string", result: "string", next: "object" },
  "task-succeeded": { task: "number", attempt: "number", result: "string", next: "object" },
  "task-failed": { task: "number", attempt: "number", error: "object" },
  "run-finished": { status: "string" },
};

/** Each says what is wrong with a record, or null if a reader can rely on it. */
export function faultOfDocument(record: unknown): string | null {
  const fault = faultOf(record, DOCUMENT);
  if (fault !== null) return fault;
  const { graph, tags, packages } = record as RunDocument;
  if (packages != null && typeof packages !== "string") return "packages is no string";
  if (!Array.isArray(graph.steps)) return "graph.steps is no list";
  return (tags as readonly unknown[]).every((tag) => typeof tag === "string") ? null : "a tag is no text";
}

export function faultOfResult(record: unknown): string | null {
  return faultOf(record, RESULT);
}

export function faultOfCheckpoint(record: unknown): string | null {
  const { value } = (record ?? {}) as { value?: unknown };
  return isTable({ value }) ? null : "value is no reference";
}

export function faultOfHeartbeat(record: unknown): string | null {
  return faultOf(record, { host: "string", pid: "number", time: "number" });
}

export function faultOfEvent(record: unknown): string | null {
  const { type, time } = (record ?? {}) as Partial<RunEvent>;
  const shape = type !== undefined && Object.hasOwn(EVENTS, type) ? EVENTS[type] : undefined;
  if (shape === undefined) return `its type is ${JSON.stringify(type) ?? "missing"}`;
  return Number.isFinite(time) ? faultOf(record, shape) : "its time is no number";
}

function faultOf(record: unknown, shape: Shape): string | null {
  if (typeof record !== "object" || record === null) return `it is ${JSON.stringify(record).slice(0, 40)}`;
  for (const [name, kind] of Object.entries(shape))
    if (!isOf((record as Record<string, unknown>)[name], kind)) return `${name} is no ${kind}`;
  return null;
}

function isOf(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null;
    case "table":
      return isTable(value);
    default:
      return typeof value === kind;
  }
}

/** Names with references to artifacts. */
function isTable(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((ref: unknown) => {
    const { hash, size, type } = (ref ?? {}) as Record<string, unknown>;
    return typeof hash === "string" && typeof size === "number" && typeof type === "string";
  });
}
