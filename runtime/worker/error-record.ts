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
  const causes = causesOf(thrown).map((cause) => String(cause).slice(0, MAX_CHARS));
  const code = (thrown as { code?: unknown }).code;
  return {
    name: thrown.name,
    message: thrown.message.slice(0, MAX_CHARS),
    ...(typeof code === "string" ? { code } : {}),
    ...(stack === "" ? {} : { stack: stack.slice(0, MAX_CHARS) }),
    ...(causes.length === 0 ? {} : { causes }),
    ...(place ?? {}),
    ...(frame === null ? {} : { frame }),
  };
}

function withCauses(error: Error): string {
  const stacks = [error, ...causesOf(error)].map((one) => (one instanceof Error ? (one.stack ?? "") : ""));
  return stacks.filter((stack) => stack !== "").join("\nCaused by: ");
}

/** From the nearest cause on; a chain may be a circle. */
function causesOf(error: Error): unknown[] {
  const causes: unknown[] = [];
  for (let at = error.cause; at !== undefined && causes.length < 8; at = at instanceof Error ? at.cause : undefined) {
    causes.push(at);
  }
  return causes;
}

function describe(thrown: unknown): string {
  if (typeof thrown === "string") return JSON.stringify(thrown.slice(0, 500));
  try {
    return JSON.stringify(thrown)?.slice(0, 500) ?? String(thrown);
  } catch {
    return typeof thrown;
  }
}
