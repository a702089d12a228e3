import type { ServedRequest } from "../../runtime/monitoring/served-request.ts";

/** A request that was answered. */
export function served(at: number, more: Partial<ServedRequest> = {}): ServedRequest {
  return {
    ...{ id: `request-${at}`, at, method: "score", number: 7, hash: "ab".repeat(32), status: 200, latencyMs: 2 },
    ...{ rows: 1, input: [{ age: 40 }], output: [0.5], ...more },
  };
}
