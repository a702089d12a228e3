import { once } from "node:events";
import fs from "node:fs";
import type { IncomingMessage } from "node:http";
import https from "node:https";
import { json } from "node:stream/consumers";

/** A Service of the cluster, as a client of it sees it. */
export interface ServiceClient {
  /** An answer that is no JSON, or none, fails. */
  post(path: string, body: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
}

interface PlainConfig {
  readonly clusters: readonly [
    { readonly cluster: { readonly server: string; readonly "certificate-authority": string } },
  ];
  readonly users: readonly [{ readonly user: { readonly token: string } }];
}

/** Asks a Service through the cluster's API server, which gives each request to one of the pods that are ready. */
export function clusterService(
  kubeconfig: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): ServiceClient {
  const { clusters, users } = JSON.parse(fs.readFileSync(kubeconfig, "utf8")) as PlainConfig;
  const { server, "certificate-authority": authority } = clusters[0].cluster;
  const ca = fs.readFileSync(authority);
  const agent = new https.Agent({ keepAlive: true, ca });
  const headers = { authorization: `Bearer ${users[0].user.token}`, "content-type": "application/json" };
  const base = `${server}/api/v1/namespaces/${namespace}/services/${name}:http/proxy`;
  return {
    async post(path, body) {
      const request = https.request(`${base}${path}`, { method: "POST", agent, headers }).end(JSON.stringify(body));
      const [response] = (await once(request, "response")) as [IncomingMessage];
      return { status: response.statusCode ?? 0, body: await json(response) };
    },
  };
}
