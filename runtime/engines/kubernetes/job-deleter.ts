import { KubeFailure } from "./client/kube-failure.ts";
import type { KubeClient } from "./client/kube-client.ts";
import { OBJECT_LABELS, placeOfJob } from "./object-name.ts";

const MAX_TRIES = 6;
/** This many names fit into an address. */
const AT_ONCE = 40;
/** Jobs that end within this time are deleted together. */
const GATHER_MS = 3000;

/** Deletes Jobs with their pods and secrets, many by one request. */
export class JobDeleter {
  readonly #client: () => Pick<KubeClient, "text">;
  readonly #over = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #last: Promise<void> = Promise.resolve();

  constructor(client: () => Pick<KubeClient, "text">) {
    this.#client = client;
  }

  /** Of which nobody wants anything any more. */
  later(id: string): void {
    this.#over.add(id);
    // One that cannot be deleted is removed by the cluster, a day after its end.
    this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), GATHER_MS).unref();
  }

  /** Also what an earlier request could not delete; resolves after all of them. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const work = this.#last.then(() => this.#deleteOver());
    this.#last = work.catch(() => undefined);
    await work;
  }

  async #deleteOver(): Promise<void> {
    const ids = [...this.#over];
    try {
      await this.now(ids);
    } catch (error) {
      for (const id of ids) this.#over.add(id);
      throw error;
    }
  }

  async now(ids: readonly string[]): Promise<void> {
    const byNamespace = new Map<string, string[]>();
    for (const id of ids) {
      const { namespace, name } = placeOfJob(id);
      byNamespace.set(namespace, [...(byNamespace.get(namespace) ?? []), name]);
      this.#over.delete(id);
    }
    for (const [namespace, names] of byNamespace)
      for (let at = 0; at < names.length; at += AT_ONCE) await this.#delete(namespace, names.slice(at, at + AT_ONCE));
  }

  /** One pod of a Job that goes on. */
  async pod(namespace: string, name: string): Promise<void> {
    try {
      const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
      await this.#client().text({ method: "DELETE", path, maxTries: MAX_TRIES });
    } catch (error) {
      if (!(error instanceof KubeFailure) || error.kind !== "missing") throw error;
    }
  }

  async #delete(namespace: string, names: readonly string[]): Promise<void> {
    const query = {
      labelSelector: `${OBJECT_LABELS.job} in (${names.join(",")})`,
      propagationPolicy: "Background",
    };
    const path = `/apis/batch/v1/namespaces/${namespace}/jobs`;
    await this.#client().text({ method: "DELETE", path, query, maxTries: MAX_TRIES });
  }
}
