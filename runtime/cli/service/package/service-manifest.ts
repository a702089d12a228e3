import { labelValue } from "../../../engines/kubernetes/object-name.ts";
import { podVariables } from "../../../engines/kubernetes/pod-variables.ts";
import { SERVICE_USER } from "./dockerfile-text.ts";

/** What a manifest is made of. */
export interface ServiceManifestOptions {
  /** Name of the objects. */
  readonly name: string;
  /** Null for the one that kubectl uses. */
  readonly namespace: string | null;
  /** Name of the class. */
  readonly service: string;
  /** `churn@production`; null for a service without a model. */
  readonly model: string | null;
  readonly image: string;
  /** Hash of the code package that the image should have. */
  readonly code: string;
  readonly replicas: number;
  /** Cores. */
  readonly cpu: number;
  /** A quantity of Kubernetes. */
  readonly memory: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Names of Secrets whose keys become variables. */
  readonly secrets: readonly string[];
  readonly account: string | null;
  /** Where a folder of the datastore is, and the claim of the volume that has it. */
  readonly volume: { readonly claim: string; readonly folder: string } | null;
  /** Further options of `serve`. */
  readonly options: readonly string[];
  readonly port: number;
  /** How long the server takes to end at most, but for its log. */
  readonly graceMs: number;
}

/** Until the proxies of the cluster know that a pod gets no more requests. */
const LEAVE_S = 5;
/** What a server takes at most once its answers are out: the last rows of its log, and its sign of life. */
const LOG_S = 10;
/** How long a model may take to load. */
const START_S = 600;
const PROBE_S = 2;

/** A Deployment and a Service; with more than one pod, also what keeps one of them while nodes are emptied. */
export function serviceManifest(options: ServiceManifestOptions): readonly object[] {
  const { name, namespace, service, model, code, replicas } = options;
  const selector = { "app.kubernetes.io/name": name };
  const metadata = {
    name,
    ...(namespace === null ? {} : { namespace }),
    labels: { ...selector, "app.kubernetes.io/managed-by": "millrace", "millrace.service": labelValue(service) },
  };
  const about = {
    "millrace.service": service,
    ...(model === null ? {} : { "millrace.model": model }),
    "millrace.code": code,
  };
  const deployment = {
    ...{ apiVersion: "apps/v1", kind: "Deployment" },
    metadata: { ...metadata, annotations: about },
    spec: {
      replicas,
      selector: { matchLabels: selector },
      // Those before end once those that replace them are ready.
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      progressDeadlineSeconds: START_S + 60,
      template: { metadata: { labels: metadata.labels, annotations: { "millrace.code": code } }, spec: podOf(options) },
    },
  };
  const front = {
    ...{ apiVersion: "v1", kind: "Service", metadata },
    spec: { selector, ports: [{ name: "http", port: 80, targetPort: "http" }] },
  };
  const budget = {
    ...{ apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata },
    spec: { maxUnavailable: 1, selector: { matchLabels: selector } },
  };
  return [deployment, front, ...(replicas > 1 ? [budget] : [])];
}

function podOf(options: ServiceManifestOptions) {
  const { account, graceMs, volume } = options;
  return {
    ...(account === null ? { automountServiceAccountToken: false } : { serviceAccountName: account }),
    terminationGracePeriodSeconds: LEAVE_S + Math.ceil(graceMs / 1000) + LOG_S,
    securityContext: {
      ...{ runAsNonRoot: true, runAsUser: SERVICE_USER, runAsGroup: SERVICE_USER, fsGroup: SERVICE_USER },
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [containerOf(options)],
    volumes: [
      { name: "tmp", emptyDir: {} },
      ...(volume === null ? [] : [{ name: "datastore", persistentVolumeClaim: { claimName: volume.claim } }]),
    ],
  };
}

function containerOf(options: ServiceManifestOptions) {
  const { image, code, cpu, memory, variables, secrets, volume, port } = options;
  const probe = (path: string) => ({ httpGet: { path, port: "http" }, timeoutSeconds: 2 });
  const env = podVariables(variables);
  return {
    ...{ name: "service", image },
    // Kubernetes would put variables in for `$(NAME)`.
    args: ["serve", "--host", "0.0.0.0", "--expect-code", code, ...options.options].map((text) =>
      text.replaceAll("$", "$$$$"),
    ),
    ports: [{ name: "http", containerPort: port }],
    ...(env.length === 0 ? {} : { env }),
    ...(secrets.length === 0 ? {} : { envFrom: secrets.map((name) => ({ secretRef: { name } })) }),
    resources: {
      // A limit of CPU would only slow answers down where the node has time to spare.
      requests: { cpu: `${Math.ceil(cpu * 1000)}m`, memory },
      limits: { memory },
    },
    // It listens once its model is loaded.
    startupProbe: { ...probe("/readyz"), periodSeconds: PROBE_S, failureThreshold: START_S / PROBE_S },
    readinessProbe: { ...probe("/readyz"), periodSeconds: 5, failureThreshold: 2 },
    livenessProbe: { ...probe("/healthz"), periodSeconds: 10, failureThreshold: 3 },
    // Requests still arrive for a moment: the server is told to end after it.
    lifecycle: { preStop: { exec: { command: ["node", "-e", `setTimeout(() => {}, ${LEAVE_S}000)`] } } },
    securityContext: {
      ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
      capabilities: { drop: ["ALL"] },
    },
    volumeMounts: [
      { name: "tmp", mountPath: "/tmp" },
      ...(volume === null ? [] : [{ name: "datastore", mountPath: volume.folder }]),
    ],
  };
}
