import { setTimeout as sleep } from "node:timers/promises";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { KubeClient } from "../../engines/kubernetes/client/kube-client.ts";
import { KubeFailure } from "../../engines/kubernetes/client/kube-failure.ts";
import { listAt, textAt, textsAt } from "../../engines/kubernetes/json-at.ts";
import { kubernetesError } from "../../engines/kubernetes/kubernetes-error.ts";
import { KUBERNETES_SETTINGS } from "../../engines/kubernetes/kubernetes-settings.ts";
import type { Settings } from "../../settings/read-settings.ts";
import { type ArgoObject, isOfSameOwner } from "./argo-object.ts";
import { ARGO_VERSION, DEPLOYMENT_LABEL } from "./workflow-template.ts";

const PLURALS: Readonly<Record<string, string>> = {
  WorkflowTemplate: "workflowtemplates",
  CronWorkflow: "cronworkflows",
  Sensor: "sensors",
  Workflow: "workflows",
  ConfigMap: "configmaps",
};

/** Kinds of objects of a deployment: what starts workflows goes first. */
const OWN_KINDS = ["CronWorkflow", "Sensor", "WorkflowTemplate"];
const GONE_MS = 60_000;
const LOOK_MS = 200;

interface ObjectName {
  readonly kind: string;
  readonly name: string;
}

/** The cluster that Argo runs on, and the namespace of the settings or of the context. */
export class ArgoCluster {
  readonly namespace: string;
  readonly #client: KubeClient;

  constructor(client: KubeClient, namespace: string) {
    this.#client = client;
    this.namespace = namespace;
  }

  /**
   * Does something there; connections are closed in the end.
   * @param of.task - completes "Cannot … on Kubernetes because …"
   * @param of.installed - what a version made there, which stays where it is whatever the settings say by now
   */
  static async use<T>(
    { settings, task, installed }: { readonly settings: Settings; readonly task: string; readonly installed?: unknown },
    work: (cluster: ArgoCluster) => Promise<T>,
  ): Promise<T> {
    const { context, namespace } = settings.engine(KUBERNETES_SETTINGS);
    const client = new KubeClient(context);
    try {
      const there = namespaceOf(installed) ?? namespace ?? (await client.namespace());
      return await work(new ArgoCluster(client, there));
    } catch (error) {
      throw kubernetesError(error, task);
    } finally {
      client.close();
    }
  }

  /** @throws MillraceError where the cluster does not know those kinds of objects */
  async check(kinds: readonly string[]): Promise<void> {
    const known = await this.#client.json({ path: `/apis/${ARGO_VERSION}`, maxTries: 3 }).catch((error: unknown) => {
      if (error instanceof KubeFailure && error.kind === "missing") return null;
      throw error;
    });
    const there = listAt(known, "resources").map((resource) => textAt(resource, "kind"));
    const lacking = [...new Set(kinds)].filter((kind) => kind !== "ConfigMap" && !there.includes(kind));
    if (lacking.length === 0) return;
    const isOfEvents = lacking.every((kind) => kind === "Sensor");
    throw new MillraceError({
      code: "MILLRACE_TARGET",
      headline: `Cannot deploy to Argo because the cluster does not know ${lacking.join(", ")}`,
      details: ["wanted: Argo Workflows 3.6 or newer; Argo Events as well for @trigger"],
      hint: isOfEvents
        ? "install Argo Events, or leave @trigger out"
        : "install Argo Workflows, or name another cluster with MILLRACE_KUBERNETES_CONTEXT",
    });
  }

  /** @throws MillraceError where somebody else's object has that name */
  async apply(object: ArgoObject): Promise<void> {
    const { kind, metadata } = object;
    const found = await this.#found({ kind, name: metadata.name });
    if (found !== null && !isOfSameOwner(found, object)) throw anothers(object, { found, namespace: this.namespace });
    const body = { ...object, metadata: { ...metadata, namespace: this.namespace } };
    await this.#client.text({ method: "APPLY", path: `${this.#path(kind)}/${metadata.name}`, body });
  }

  /** Changes what its status says there, and nothing else of it: an object is there. */
  async mergeStatus({ kind, metadata }: ArgoObject, status: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#client.text({ method: "MERGE", path: `${this.#path(kind)}/${metadata.name}`, body: { status } });
  }

  /** The same cluster, in another namespace. */
  within(namespace: string): ArgoCluster {
    return new ArgoCluster(this.#client, namespace);
  }

  /** @returns its name */
  async create(object: object): Promise<string> {
    const made = await this.#client.json({ method: "POST", path: this.#path("Workflow"), body: object, maxTries: 1 });
    return textAt(made, "metadata", "name") ?? "";
  }

  /** Deletes what belongs to the deployment of that object and is not among those that it has now. */
  async deleteOthers(owner: ArgoObject, kept: readonly ArgoObject[]): Promise<void> {
    for (const kind of OWN_KINDS)
      for (const name of await this.#namesOf(kind, owner))
        if (!kept.some((object) => object.kind === kind && object.metadata.name === name))
          await this.#delete({ kind, name });
  }

  /**
   * Workflows that a CronWorkflow has started go on without it; the pod with which a Sensor listens goes with it. Resolves once
   * the object is gone.
   */
  async #delete({ kind, name }: ObjectName): Promise<void> {
    try {
      const query = { propagationPolicy: kind === "Sensor" ? "Background" : "Orphan" };
      await this.#client.text({ method: "DELETE", path: `${this.#path(kind)}/${name}`, query });
    } catch (error) {
      if (!(error instanceof KubeFailure) || error.kind !== "missing") throw error;
    }
    // One of the same name that is made meanwhile would go as well.
    for (const until = Date.now() + GONE_MS; Date.now() < until; await sleep(LOOK_MS))
      if ((await this.#found({ kind, name })) === null) return;
    throw lingering({ kind, name }, this.namespace);
  }

  async #found({ kind, name }: ObjectName): Promise<unknown> {
    try {
      return await this.#client.json({ path: `${this.#path(kind)}/${name}` });
    } catch (error) {
      if (error instanceof KubeFailure && error.kind === "missing") return null;
      throw error;
    }
  }

  async #namesOf(kind: string, owner: ArgoObject): Promise<readonly string[]> {
    const label = owner.metadata.labels[DEPLOYMENT_LABEL] ?? "";
    const query = { labelSelector: `${DEPLOYMENT_LABEL}=${label}` };
    try {
      const found = listAt(await this.#client.json({ path: this.#path(kind), query }), "items");
      // A label may have been too short for the whole name.
      const own = found.filter((object) => isOfSameOwner(object, owner));
      return own.map((object) => textAt(object, "metadata", "name") ?? "");
    } catch (error) {
      // A cluster without Argo Events knows no Sensor.
      if (error instanceof KubeFailure && error.kind === "missing") return [];
      throw error;
    }
  }

  #path(kind: string): string {
    const api = kind === "ConfigMap" ? "/api/v1" : `/apis/${ARGO_VERSION}`;
    return `${api}/namespaces/${this.namespace}/${PLURALS[kind] ?? ""}`;
  }
}

/** Where a version is; null where that is not known. */
export function namespaceOf(installed: unknown): string | null {
  return textAt(installed, "namespace");
}

function anothers(
  { kind, metadata }: ArgoObject,
  { found, namespace }: { readonly found: unknown; readonly namespace: string },
): MillraceError {
  const { annotations: wanted } = metadata;
  const there = Object.entries(textsAt(found, "metadata", "annotations")).filter(([name]) => name in wanted);
  const seen = there.length === 0 ? "one without annotations of Millrace's" : JSON.stringify(Object.fromEntries(there));
  return new MillraceError({
    code: "MILLRACE_TARGET",
    headline: `Cannot deploy to Argo because the ${kind} ${metadata.name} in the namespace ${namespace} belongs to something else`,
    details: [`seen: ${seen}`, `wanted: no object of that name, or one with the annotations ${JSON.stringify(wanted)}`],
    hint: `choose another name with --name, or look at it: kubectl -n ${namespace} get ${kind.toLowerCase()} ${metadata.name} -o yaml`,
  });
}

function lingering({ kind, name }: ObjectName, namespace: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_TARGET",
    headline: `Cannot remove the ${kind} ${name} from the namespace ${namespace} because it is still there`,
    details: [`wanted: gone within ${GONE_MS / 1000} s of its deletion`],
    hint: `see which of its metadata.finalizers holds it, then try again: kubectl -n ${namespace} get ${kind.toLowerCase()} ${name} -o yaml`,
  });
}
