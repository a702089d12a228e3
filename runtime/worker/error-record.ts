import { inspect } from "node:util";
import type { ErrorRecord } from "../datastore/records.ts";
import type { Redactor } from "../secrets/redactor.ts";
import type { SourceMapper } from "./source-mapper.ts";

/** Longest message and stack that a record keeps. */
const MAX_CHARS = 16_000;

/** What a step threw, as data: whatever it was, an `Error` or not, well-behaved or not. */
export function errorRecord(thrown: unknown, mapper: SourceMapper, redactor: Redactor | null = null): ErrorRecord {
  const redact: Redact = redactor?.text ?? ((text) => text);
  if (!isError(thrown)) {
    return { name: "Error", message: `the step threw ${redact(shown(thrown))}, which is not an Error` };
  }
  const causes = causesOf(thrown);
  const stack = [thrown, ...causes].map((one) => text(one, "stack", redact)).filter((one) => one !== "");
  const place = mapper.firstPlace(stack.join("\n"));
  const frame = place === null ? null : mapper.codeFrame(place);
  const code = text(thrown, "code", redact);
  return {
    name: text(thrown, "name", redact) || "Error",
    message: text(thrown, "message", redact),
    ...(code === "" ? {} : { code }),
    ...(stack.length === 0 ? {} : { stack: stack.join("\nCaused by: ").slice(0, MAX_CHARS) }),
    ...(causes.length === 0 ? {} : { causes: causes.map((cause) => redact(headline(cause)).slice(0, MAX_CHARS)) }),
    ...(place ?? {}),
    ...(frame === null ? {} : { frame }),
  };
}

/** From the nearest cause on; a chain may be a circle. */
function causesOf(error: Error): unknown[] {
  const causes: unknown[] = [];
  for (let at = read(error, "cause"); at !== undefined && causes.length < 8; at = read(at, "cause")) causes.push(at);
  return causes;
}

function headline(cause: unknown): string {
  return isError(cause) ? `${whole(cause, "name")}: ${whole(cause, "message")}` : shown(cause);
}

/** To ask a proxy can fail, or be answered by the step's own code. */
function isError(value: unknown): value is Error {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

type Redact = Redactor["text"];
type Part = "name" | "message" | "stack" | "code";

/** Masked before it is cut: half a secret would not be recognised. */
function text(error: unknown, name: Part, redact: Redact): string {
  return redact(whole(error, name)).slice(0, MAX_CHARS);
}

/** A property as text: of an odd error it can be anything, or throw when it is read. */
function whole(error: unknown, name: Part): string {
  const value = read(error, name);
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : shown(value);
}

function read(error: unknown, name: string): unknown {
  try {
    return (error as Record<string, unknown> | null | undefined)?.[name];
  } catch {
    return undefined;
  }
}

function shown(value: unknown): string {
  try {
    // A way of its own to be shown is code of the step's, which can fail, exit or never end.
    const own = { customInspect: false, depth: 2, maxStringLength: 500, breakLength: Number.POSITIVE_INFINITY };
    return inspect(value, own);
  } catch {
    return `a ${typeof value}`;
  }
}
