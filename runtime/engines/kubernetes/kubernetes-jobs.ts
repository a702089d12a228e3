import type { FlowJob, FlowJobs, JobFilter, JobOutput } from "../engine-jobs.ts";
import { KubeClient } from "./client/kube-client.ts";
import { JobDeleter } from "./job-deleter.ts";
import { listAt, numberAt, textAt, textsAt } from "./json-at.ts";
import { kubernetesError } from "./kubernetes-error.ts";
import { jobId, labelValue, objectName, OBJECT_ANNOTATIONS, OBJECT_LABELS, placeOfJob } from "./object-name.ts";
import { podLog } from "./pod-logs.ts";
import { seenPod } from "./seen-pod.ts";

const MOST_LINES = 10_000;
const PAGE = "500";

/** The Jobs of a namespace as commands see them: each asks once and is done. */
export class KubernetesJobs implements FlowJobs {
  readonly #namespace: string | null;
  readonly #client: KubeClient;

  constructor({ namespace, context }: { readonly namespace: string | null; readonly context: string | null }) {
    this.#namespace = namespace;
    this.#client = new KubeClient(context);
  }

  find({ flow, user, hasEnded }: JobFilter): Promise<FlowJob[]> {
    return explaining("list jobs", async () => {
      const namespace = await this.#place();
      const path = `/apis/batch/v1/namespaces/${namespace}/jobs`;
      const found: FlowJob[] = [];
      let query: Record<string, string> = { labelSelector: `${OBJECT_LABELS.flow}=${labelValue(flow)}`, limit: PAGE };
      for (;;) {
        const page = await this.#client.json({ path, query });
        for (const item of listAt(page, "items")) {
          const job = flowJob(item);
          const its = textsAt(item, "metadata", "annotations")[OBJECT_ANNOTATIONS.flow];
          if (its !== flow || (user !== null && job.user !== user)) continue;
          if (hasEnded || OPEN.has(job.state)) found.push(job);
        }
        const next = textAt(page, "metadata", "continue") ?? "";
        if (next === "") return found.sort((one, other) => other.createdAt - one.createdAt);
        query = { ...query, continue: next };
      }
    });
  }

  end(jobs: readonly FlowJob[]): Promise<void> {
    return explaining("end jobs", () => new JobDeleter(() => this.#client).now(jobs.map(({ id }) => id)));
  }

  log({ id, name, index }: JobOutput): Promise<readonly string[] | null> {
    return explaining("read the output of a job", async () => {
      const namespace = id === null ? await this.#place() : placeOfJob(id).namespace;
      const query = { labelSelector: `${OBJECT_LABELS.job}=${objectName(name)}`, limit: PAGE };
      const page = await this.#client.json({ path: `/api/v1/namespaces/${namespace}/pods`, query });
      const pod = listAt(page, "items")
        .map(seenPod)
        .find((one) => one !== null && one.index === (index ?? 0));
      return pod == null ? null : podLog(this.#client, { namespace, name: pod.name }, MOST_LINES);
    });
  }

  close(): Promise<void> {
    this.#client.close();
    return Promise.resolve();
  }

  async #place(): Promise<string> {
    return this.#namespace ?? (await this.#client.namespace());
  }
}

const OPEN: ReadonlySet<string> = new Set(["Pending", "Running"]);

function flowJob(job: unknown): FlowJob {
  const own = textsAt(job, "metadata", "annotations");
  const [namespace, name] = [textAt(job, "metadata", "namespace") ?? "", textAt(job, "metadata", "name") ?? ""];
  const task = own[OBJECT_ANNOTATIONS.task];
  const size = numberAt(job, "spec", "completions") ?? 1;
  const { state, reason } = stateOf(job);
  return {
    id: jobId(namespace, name),
    name,
    run: own[OBJECT_ANNOTATIONS.run] ?? "",
    step: own[OBJECT_ANNOTATIONS.step] ?? "",
    task: task === undefined ? null : Number(task),
    user: own[OBJECT_ANNOTATIONS.user] ?? "",
    ...{ state, reason },
    createdAt: Date.parse(textAt(job, "metadata", "creationTimestamp") ?? "") || 0,
    counts: size > 1 ? countsOf(job, size) : null,
  };
}

function stateOf(job: unknown): { readonly state: string; readonly reason: string | null } {
  for (const condition of listAt(job, "status", "conditions")) {
    const type = textAt(condition, "type");
    if (textAt(condition, "status") !== "True" || (type !== "Failed" && type !== "Complete")) continue;
    return type === "Failed"
      ? { state: "Failed", reason: textAt(condition, "message") }
      : { state: "Succeeded", reason: null };
  }
  return { state: (numberAt(job, "status", "ready") ?? 0) > 0 ? "Running" : "Pending", reason: null };
}

function countsOf(job: unknown, size: number): Readonly<Record<string, number>> {
  const count = (name: string) => numberAt(job, "status", name) ?? 0;
  const [Succeeded, Failed, Running] = [count("succeeded"), count("failed"), count("ready")];
  const all = { Succeeded, Failed, Running, Pending: Math.max(size - Succeeded - Failed - Running, 0) };
  return Object.fromEntries(Object.entries(all).filter(([, number]) => number > 0));
}

async function explaining<T>(task: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw kubernetesError(error, task);
  }
}
