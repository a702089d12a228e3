import type { JobEnd } from "../jobs/job-service.ts";
import type { KubeClient } from "./client/kube-client.ts";
import { KubeFailure } from "./client/kube-failure.ts";
import { CONTAINER } from "./pod-spec.ts";

const LINES = 20;
const MAX_TRIES = 3;
/** Where a thousand fail alike, nobody reads the output of each: a request is for the first ones. */
const MAX_KEPT = 20;
/** Of a container that tells itself how its task went. */
const WITH_OUTCOME: ReadonlySet<number | null> = new Set([0, 1]);

export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

/** The ends of pods' logs, which go with the pods: those of jobs that may have left no other word are kept. */
export class PodLogs {
  readonly #client: Pick<KubeClient, "text">;
  readonly #kept = new Map<string, readonly string[]>();

  constructor(client: Pick<KubeClient, "text">) {
    this.#client = client;
  }

  /** Before the end is told: afterwards the pod may be deleted. */
  async keep(job: string, pod: PodName, { kind, exitCode }: JobEnd): Promise<void> {
    if (kind === "not-started" || kind === "stopped" || WITH_OUTCOME.has(exitCode) || this.#kept.size >= MAX_KEPT)
      return;
    this.#kept.set(job, (await podLog(this.#client, pod).catch(() => null)) ?? []);
  }

  kept(job: string): readonly string[] {
    return this.#kept.get(job) ?? [];
  }
}

/** What a pod's container wrote last; null where there is no such pod, or it has not begun. */
export async function podLog(
  client: Pick<KubeClient, "text">,
  { namespace, name }: PodName,
  most = LINES,
): Promise<readonly string[] | null> {
  try {
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/log`;
    const query = { container: CONTAINER, tailLines: String(most) };
    const text = (await client.text({ path, query, maxTries: MAX_TRIES })).trimEnd();
    return text === "" ? [] : text.split("\n");
  } catch (error) {
    if (error instanceof KubeFailure && (error.kind === "missing" || error.kind === "refused")) return null;
    throw error;
  }
}
