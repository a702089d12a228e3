import http from "node:http";
import { once } from "node:events";
import fs from "node:fs";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { onTestFinished } from "vitest";
import { temporaryFolder } from "../../rigs/harness.ts";

export interface AskedRequest {
  readonly method: string;
  readonly url: URL;
  readonly token: string;
  readonly body: string;
  readonly contentType: string;
}

/** Null leaves it to the next answer. */
export type FakeAnswer = (request: AskedRequest, response: http.ServerResponse) => boolean;

/** An API server that answers as a test says: what a real one does rarely, or not when it is asked to. */
export class FakeApiServer {
  readonly asked: AskedRequest[] = [];
  readonly kubeconfig: string;
  /** The first that takes a request answers it. */
  readonly answers: FakeAnswer[] = [];
  readonly #tokenFile: string;
  readonly #waiting = new Set<() => void>();

  /** @param port - of a server that passes on what it is asked: see {@link start} */
  constructor(port: number) {
    const folder = temporaryFolder();
    this.kubeconfig = path.join(folder, "config");
    this.#tokenFile = path.join(folder, "token");
    const cluster = { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true };
    const user = { "auth-provider": { name: "tokenFile", config: { tokenFile: this.#tokenFile } } };
    const config = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "fake",
      clusters: [{ name: "fake", cluster }],
      users: [{ name: "fake", user }],
      contexts: [{ name: "fake", context: { cluster: "fake", user: "fake", namespace: "flows" } }],
    };
    fs.writeFileSync(this.kubeconfig, JSON.stringify(config));
    this.giveToken("first");
  }

  static async start(): Promise<FakeApiServer> {
    const server = http.createServer(async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
      const body = Buffer.concat(pieces).toString();
      const url = new URL(request.url ?? "", "http://fake");
      const token = request.headers.authorization?.replace("Bearer ", "") ?? "";
      const contentType = request.headers["content-type"] ?? "";
      fake.#take({ method: request.method ?? "", url, token, body, contentType }, response);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const fake = new FakeApiServer((server.address() as AddressInfo).port);
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    return fake;
  }

  giveToken(token: string): void {
    fs.writeFileSync(this.#tokenFile, token);
  }

  /** Resolves once so many requests were asked that fit. */
  async saw(count: number, fits: (request: AskedRequest) => boolean): Promise<void> {
    while (this.asked.filter(fits).length < count) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  #take(request: AskedRequest, response: http.ServerResponse): void {
    this.asked.push(request);
    if (!this.answers.some((answer) => answer(request, response)))
      answerStatus(response, 404, "there is no such thing");
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

export function answerJson(response: http.ServerResponse, body: object): true {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  return true;
}

export function answerStatus(
  response: http.ServerResponse,
  code: number,
  message: string,
  headers: http.OutgoingHttpHeaders = {},
): true {
  response.writeHead(code, headers).end(JSON.stringify({ kind: "Status", code, message }));
  return true;
}

export function isWatch({ url }: AskedRequest): boolean {
  return url.searchParams.has("watch");
}

export interface FakePod {
  readonly index: number;
  readonly phase: string;
  readonly uid?: string;
}

/** As the API server shows one. */
export function podObject({ index, phase, uid = `uid-${index}` }: FakePod): object {
  return {
    metadata: {
      uid,
      name: `job-${index}`,
      labels: { "batch.kubernetes.io/job-name": "job" },
      annotations: { "batch.kubernetes.io/job-completion-index": String(index) },
    },
    status: { phase },
  };
}
