import { count, flag, kinds, object } from "../../datastore/shapes/checks.ts";
import type { FromSession } from "./protocol.ts";

const message = kinds("type", {
  ready: {},
  output: { id: count, output: object },
  ended: { id: count, isOk: flag },
  answer: { id: count },
});

/** Null for a line that no session writes: cells run in its process, and may write to any of its pipes. */
export function parseFromSession(line: string): FromSession | null {
  try {
    const parsed: unknown = JSON.parse(line);
    return message(parsed) === null ? (parsed as FromSession) : null;
  } catch {
    return null;
  }
}
