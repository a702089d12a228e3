import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";

interface PlainConfig {
  readonly clusters: readonly { readonly cluster: { server: string; "certificate-authority"?: string } }[];
  readonly users: readonly { readonly user: { readonly token: string } }[];
}

/** Stands before a cluster's API server and notes what it is asked. */
export class CountingProxy {
  readonly kubeconfig: string;
  /** `GET /version`, in their order. */
  readonly requests: string[] = [];
  readonly #server: http.Server;
  readonly #target: { readonly server: string; readonly ca: Buffer; readonly token: string };

  constructor(server: http.Server, of: { kubeconfig: string; target: { server: string; ca: Buffer; token: string } }) {
    this.#server = server;
    this.kubeconfig = of.kubeconfig;
    this.#target = of.target;
  }

  /** @param folder - where the kubeconfig is written that leads to the proxy */
  static async to(kubeconfig: string, folder: string): Promise<CountingProxy> {
    const config = JSON.parse(fs.readFileSync(kubeconfig, "utf8")) as PlainConfig;
    const [{ cluster }, { user }] = [config.clusters[0], config.users[0]] as [
      PlainConfig["clusters"][0],
      PlainConfig["users"][0],
    ];
    const target = {
      server: cluster.server,
      ca: fs.readFileSync(cluster["certificate-authority"] ?? ""),
      token: user.token,
    };
    const server = http.createServer((request, response) => proxy.#pass(request, response));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const own = {
      ...config,
      clusters: [{ name: "test", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
    };
    const file = path.join(folder, "proxied.conf");
    fs.writeFileSync(file, JSON.stringify(own));
    const proxy = new CountingProxy(server, { kubeconfig: file, target });
    return proxy;
  }

  /** Creates a Job, uncounted. */
  async create(job: object): Promise<void> {
    const { server, ca, token } = this.#target;
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const sent = https.request(`${server}/apis/batch/v1/namespaces/default/jobs`, { method: "POST", ca, headers });
    sent.end(JSON.stringify(job));
    const [answer] = (await once(sent, "response")) as [http.IncomingMessage];
    answer.resume();
    if (answer.statusCode !== 201) throw new Error(`the job is refused: ${answer.statusCode}`);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #pass(request: http.IncomingMessage, response: http.ServerResponse): void {
    const { server, ca } = this.#target;
    const { method = "GET", url = "/", headers } = request;
    this.requests.push(`${method} ${url}`);
    const { host: _, ...rest } = headers;
    const sent = https.request(`${server}${url}`, { method, ca, headers: rest }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
      answer.on("error", () => response.destroy());
    });
    sent.on("error", () => response.destroy());
    response.on("close", () => sent.destroy());
    request.pipe(sent);
  }
}
