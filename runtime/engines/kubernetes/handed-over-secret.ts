import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { RunSecrets } from "../../secrets/run-secrets.ts";
import type { JobGroup } from "../jobs/job-service.ts";
import { objectLabels, objectName } from "./object-name.ts";

/** The key under which a Secret of ours holds what is handed over. */
const KEY = "handed-over";
/** A variable can hold no more; the rest is for its name. */
const MAX_BYTES = 128 * 1024 - 64;

/**
 * A Secret with what `@secrets` read here, for the jobs of a group: pods name it, so that their specs show nothing of it.
 * Null where a run has none.
 *
 * @throws MillraceError if it is too large
 */
export function handedOverSecret(
  group: JobGroup,
  { namespace, secrets }: { readonly namespace: string; readonly secrets: RunSecrets },
): HandedOverSecret | null {
  const own = secrets.ofSteps.get(group.needs.step) ?? null;
  if (own === null && secrets.masks.length === 0) return null;
  const text = JSON.stringify({ variables: {}, secrets: own, masks: secrets.masks });
  if (Buffer.byteLength(text) > MAX_BYTES) throw tooLarge(group, Buffer.byteLength(text));
  const name = objectName(group.name);
  const objectFor = (jobUid: string) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      ...{ name, namespace, labels: objectLabels(group) },
      ownerReferences: [{ apiVersion: "batch/v1", kind: "Job", name, uid: jobUid }],
    },
    immutable: true,
    stringData: { [KEY]: text },
  });
  return { objectFor, ref: { name, key: KEY } };
}

export interface HandedOverSecret {
  /** The cluster deletes it with its Job, which bears the same name. */
  objectFor(jobUid: string): object;
  readonly ref: { readonly name: string; readonly key: string };
}

function tooLarge({ needs }: JobGroup, bytes: number): MillraceError {
  return new MillraceError({
    code: "MILLRACE_KUBERNETES",
    headline: `Cannot start ${needs.step} on Kubernetes because the secrets of the run are too large: ${bytes} bytes`,
    details: [`wanted: at most ${MAX_BYTES}`],
    hint: "keep large ones in Secrets of the cluster, and mount them with @kubernetes({ secrets })",
  });
}
