import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import type { ApiFailure } from "../jobs/polling/job-api.ts";
import { KubeFailure, type KubeFailureKind } from "./client/kube-failure.ts";

/** What people can do while the run waits. */
const REMEDIES: Partial<Record<KubeFailureKind, string>> = {
  credentials: "renew the credentials, the run then goes on",
  login: "log in again, the run then goes on",
};

/** What an error means for a request that starts jobs; null for one that is none of the cluster's. */
export function submissionFailure(error: unknown): ApiFailure | null {
  if (isMillraceError(error)) return { kind: "final", text: error.headline, remedy: error.hint ?? null };
  if (!(error instanceof KubeFailure)) return null;
  return { kind: kindOf(error), text: error.message, remedy: REMEDIES[error.kind] ?? null };
}

function kindOf({ kind, status }: KubeFailure): ApiFailure["kind"] {
  // A quota is free again once others have ended, which may take days.
  if (kind === "throttled") return status === 403 ? "full" : "throttled";
  return kind === "unclear" || kind === "login" ? "unclear" : "final";
}
