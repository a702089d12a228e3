import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { KubeClient } from "../../engines/kubernetes/client/kube-client.ts";
import { KubeFailure } from "../../engines/kubernetes/client/kube-failure.ts";
import { listAt, textAt } from "../../engines/kubernetes/json-at.ts";
import { kubernetesError } from "../../engines/kubernetes/kubernetes-error.ts";
import { KUBERNETES_SETTINGS } from "../../engines/kubernetes/kubernetes-settings.ts";
import { labelValue } from "../../engines/kubernetes/object-name.ts";
import type { Settings } from "../../settings/read-settings.ts";
import type { ArgoObject } from "./argo-object.ts";
import { ARGO_VERSION, DEPLOYMENT_LABEL } from "./workflow-template.ts";

const PLURALS: Readonly<Record<string, string>> = {
  WorkflowTemplate: "workflowtemplates",
  CronWorkflow: "cronworkflows",
  Sensor: "sensors",
  Workflow: "workflows",
  ConfigMap: "configmaps",
};

/** Kinds of objects of a deployment of which a further version may have fewer. */
const VARYING = ["CronWorkflow", "Sensor"];

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
   * @param task - completes "Cannot … on Kubernetes because …"
   */
  static async use<T>(
    { settings, task }: { readonly settings: Settings; readonly task: string },
    work: (cluster: ArgoCluster) => Promise<T>,
  ): Promise<T> {
    const { context, namespace } = settings.engine(KUBERNETES_SETTINGS);
    const client = new KubeClient(context);
    try {
      return await work(new ArgoCluster(client, namespace ?? (await client.namespace())));
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

  async apply(object: ArgoObject): Promise<void> {
    const { kind, metadata } = object;
    const body = { ...object, metadata: { ...metadata, namespace: this.namespace } };
    await this.#client.text({ method: "APPLY", path: `${this.#path(kind)}/${metadata.name}`, body });
  }

  /** @returns its name */
  async create(object: object): Promise<string> {
    const made = await this.#client.json({ method: "POST", path: this.#path("Workflow"), body: object, maxTries: 1 });
    return textAt(made, "metadata", "name") ?? "";
  }

  async delete({ kind, name }: { readonly kind: string; readonly name: string }): Promise<void> {
    try {
      await this.#client.text({ method: "DELETE", path: `${this.#path(kind)}/${name}` });
    } catch (error) {
      if (!(error instanceof KubeFailure) || error.kind !== "missing") throw error;
    }
  }

  /** Deletes what earlier versions of a deployment had and this one has not. */
  async deleteOthers(deployment: string, kept: readonly ArgoObject[]): Promise<void> {
    for (const kind of VARYING)
      for (const name of await this.#namesOf(kind, deployment))
        if (!kept.some((object) => object.kind === kind && object.metadata.name === name))
          await this.delete({ kind, name });
  }

  async #namesOf(kind: string, deployment: string): Promise<readonly string[]> {
    const query = { labelSelector: `${DEPLOYMENT_LABEL}=${labelValue(deployment)}` };
    try {
      const found = listAt(await this.#client.json({ path: this.#path(kind), query }), "items");
      // A label may have been too short for the whole name.
      const own = found.filter((object) => textAt(object, "metadata", "annotations", DEPLOYMENT_LABEL) === deployment);
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
