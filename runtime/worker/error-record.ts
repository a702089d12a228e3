import type { ErrorRecord } from "../datastore/records.ts";
import type { SourceMapper } from "./source-mapper.ts";

/** Longest message and stack that a record keeps. */
const MAX_CHARS = 16_000;

/** What a step threw, as data: whatever it was, an `Error` or not. */
export function errorRecord(thrown: unknown, mapper: SourceMapper): ErrorRecord {
  if (!(thrown instanceof Error)) {
    return { name: "Error", message: `the step threw ${describe(thrown)}, which is not an Error` };
  }
  const stack = withCauses(thrown);
  const place = mapper.firstPlace(stack);
  const frame = place === null ? null : mapper.codeFrame(place);
  const code = (thrown as { code?: unknown }).code;
  return {
    name: thrown.name,
    message: thrown.message.slice(0, MAX_CHARS),
    ...(typeof code === "string" ? { code } : {}),
    ...(stack === "" ? {} : { stack: stack.slice(0, MAX_CHARS) }),
    ...(place ?? {}),
    ...(frame === null ? {} : { frame }),
  };
}

function withCauses(error: Error): string {
  const parts: string[] = [];
  for (let at: unknown = error; at instanceof Error && parts.length < 8; at = at.cause)
    parts.push(String(at.stack ?? ""));
  return parts.filter((part) => part !== "").join("\nCaused by: ");
}

function describe(thrown: unknown): string {
  if (typeof thrown === "string") return JSON.stringify(thrown.slice(0, 500));
  try {
    return JSON.stringify(thrown)?.slice(0, 500) ?? String(thrown);
  } catch {
    return typeof thrown;
  }
}
