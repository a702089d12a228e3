import type { Agent, OutgoingHttpHeaders } from "node:http";
import https from "node:https";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { KubeFailure } from "./kube-failure.ts";
import { loadKubeConfig, type LoadedKubeConfig } from "./load-kube-config.ts";

/** Where the API server is, and as whom it is asked. */
export interface KubeAccess {
  readonly server: URL;
  /** Of the context, or of the pod that this runs in. */
  readonly namespace: string;
  readonly headers: OutgoingHttpHeaders;
  /** User and password, where the kubeconfig has them. */
  readonly auth: string | undefined;
  readonly agent: Agent;
}

/** After this a token is asked for again: those of service accounts are rotated in their file. */
const FRESH_MS = 60_000;
const SOCKETS = 16;

/** Reads the kubeconfig, or finds the service account of the pod that this runs in; again when a token is refused. */
export class KubeAccesses {
  readonly #context: string | null;
  #config: LoadedKubeConfig | null = null;
  #access: Promise<KubeAccess> | null = null;
  #readAt = 0;
  /** Of the agent in use, so that one that would be the same is not made anew. */
  #agent: { readonly by: string; readonly agent: Agent } | null = null;

  constructor(context: string | null) {
    this.#context = context;
  }

  current(): Promise<KubeAccess> {
    if (this.#access === null || Date.now() - this.#readAt > FRESH_MS) {
      this.#readAt = Date.now();
      const access = this.#read();
      this.#access = access;
      access.catch(() => {
        if (this.#access === access) this.#access = null;
      });
    }
    return this.#access;
  }

  /** What is known was refused: the file is read again, and a plugin asked again. */
  renew(refused: KubeAccess): Promise<KubeAccess> {
    return this.current().then((current) => {
      // One that was read again meanwhile may be the same all the same.
      if (isOther(current, refused)) return current;
      this.#config = null;
      this.#access = null;
      return this.current();
    });
  }

  async #read(): Promise<KubeAccess> {
    const config = (this.#config ??= this.#load());
    const cluster = config.getCurrentCluster();
    if (cluster === null) throw noCluster(config.getCurrentContext());
    const options: https.RequestOptions = {};
    try {
      await config.applyToHTTPSOptions(options);
    } catch (error) {
      throw new KubeFailure("login", firstLine(error), { cause: error });
    }
    return {
      server: new URL(cluster.server),
      namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? "default",
      headers: (options.headers ?? {}) as OutgoingHttpHeaders,
      auth: options.auth ?? undefined,
      agent: this.#agentFor(options, { ...cluster, proxyUrl: cluster.proxyUrl }),
    };
  }

  #load(): LoadedKubeConfig {
    const config = loadKubeConfig();
    try {
      config.loadFromDefault();
    } catch (error) {
      throw unreadable(error);
    }
    if (this.#context !== null) {
      const names = config.contexts.map(({ name }) => name);
      if (!names.includes(this.#context)) throw noContext(this.#context, names);
      config.setCurrentContext(this.#context);
    }
    const exec = config.getCurrentUser()?.exec;
    // The library does not tell plugins which version of the answer it reads; some refuse to work without it.
    if (exec !== undefined) {
      const info = { apiVersion: exec.apiVersion, kind: "ExecCredential", spec: { interactive: false } };
      exec.env = [...(exec.env ?? []), { name: "KUBERNETES_EXEC_INFO", value: JSON.stringify(info) }];
    }
    return config;
  }

  #agentFor(
    options: https.RequestOptions,
    of: { readonly server: string; readonly proxyUrl?: string | undefined },
  ): Agent {
    const { ca, cert, key, servername, rejectUnauthorized } = options;
    const by = JSON.stringify([of, ca, cert, key, servername, rejectUnauthorized]);
    if (this.#agent?.by === by) return this.#agent.agent;
    const tls = { ca, cert, key, servername, ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }) };
    const own = () => new https.Agent({ keepAlive: true, maxSockets: SOCKETS, ...tls });
    const agent = of.proxyUrl === undefined && of.server.startsWith("https:") ? own() : (options.agent as Agent);
    this.#agent = { by, agent };
    return agent;
  }

  close(): void {
    this.#agent?.agent.destroy();
  }
}

function isOther(one: KubeAccess, other: KubeAccess): boolean {
  const authorization = ({ headers }: KubeAccess) => headers["Authorization"] ?? headers["authorization"];
  return authorization(one) !== authorization(other) || one.auth !== other.auth || one.agent !== other.agent;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split("\n")[0] ?? "";
}

function unreadable(cause: unknown): MillraceError {
  return new MillraceError({
    code: "MILLRACE_KUBERNETES",
    headline: `Cannot use Kubernetes because the kubeconfig cannot be read: ${firstLine(cause)}`,
    hint: "check KUBECONFIG and ~/.kube/config: `kubectl config view` shows what is in use",
    cause,
  });
}

function noContext(name: string, there: readonly string[]): MillraceError {
  return new MillraceError({
    code: "MILLRACE_KUBERNETES",
    headline: `Cannot use Kubernetes because the kubeconfig has no context ${name}`,
    details: [`contexts: ${there.join(", ") || "none"}`],
    hint: "name one of them with MILLRACE_KUBERNETES_CONTEXT or kubernetesContext in millrace.config.json",
  });
}

function noCluster(context: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_KUBERNETES",
    headline: "Cannot use Kubernetes because no cluster is named",
    details: [
      `context: ${context || "none"}`,
      "wanted: a kubeconfig (KUBECONFIG, ~/.kube/config), or a pod's service account",
    ],
    hint: "get a kubeconfig from whoever runs the cluster; `kubectl get pods` shows whether it works",
  });
}
