import http from "node:http";
import type { AddressInfo } from "node:net";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { answerRequest } from "./answer-request.ts";
import { isLoopback } from "../../text/is-loopback.ts";
import { RequestGuard } from "./request-guard.ts";
import { PageFiles } from "./page-files.ts";
import { Router } from "./router.ts";
import { ROUTES } from "./routes/index.ts";
import type { ServedStore } from "./served-store.ts";

export interface PageServerOptions {
  readonly served: ServedStore;
  /** @defaultValue this machine alone */
  readonly host?: string;
  /** Null for 8790, or the next one that is free. */
  readonly port: number | null;
  readonly token: string | null;
  /**
   * So often an idle stream shows that it is alive, in milliseconds.
   * @defaultValue 25 s
   */
  readonly pingMs?: number;
}

const DEFAULT_PORT = 8790;
const PORTS_TRIED = 100;
const PING_MS = 25_000;

/** The page of a datastore and its API, on `node:http`. */
export class PageServer {
  readonly #options: PageServerOptions;
  readonly #host: string;
  readonly #server: http.Server;
  readonly #closing = new AbortController();

  constructor(options: PageServerOptions) {
    this.#options = options;
    this.#host = options.host ?? "127.0.0.1";
    if (options.token === null && !isLoopback(this.#host)) throw needsToken(this.#host);
    this.#server = http.createServer({ maxHeaderSize: 32 * 1024 });
  }

  /**
   * Begins to listen.
   * @returns the address of the page, with the token where there is one
   */
  async listen(): Promise<string> {
    const port = await this.#listenOn(this.#options.port);
    const { served, token, pingMs = PING_MS } = this.#options;
    const guard = new RequestGuard({ host: this.#host, port, token, isReadOnly: served.isReadOnly });
    const given = {
      served,
      guard,
      pingMs,
      router: new Router(ROUTES),
      files: new PageFiles(),
      closing: this.#closing.signal,
    };
    this.#server.on("request", (request, response) => void answerRequest(given, request, response));
    const name = /^(0\.0\.0\.0|::)$/.test(this.#host) ? "localhost" : this.#host;
    const shown = name.includes(":") ? `[${name}]` : name;
    return `http://${shown}:${port}/${token === null ? "" : `?token=${encodeURIComponent(token)}`}`;
  }

  /** Ends all streams and stops listening. */
  async close(): Promise<void> {
    this.#closing.abort();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #listenOn(wanted: number | null): Promise<number> {
    const first = wanted ?? DEFAULT_PORT;
    for (let port = first; ; port += 1) {
      try {
        return await this.#tryPort(port);
      } catch (error) {
        const isTaken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
        if (isTaken && wanted === null && port < first + PORTS_TRIED) continue;
        throw cannotListen(error, { host: this.#host, port });
      }
    }
  }

  #tryPort(port: number): Promise<number> {
    const server = this.#server;
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host: this.#host.replace(/^\[(.*)\]$/, "$1"), port }, () => {
        server.removeListener("error", reject);
        resolve((server.address() as AddressInfo).port);
      });
    });
  }
}

function needsToken(host: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_UI",
    headline: `Cannot listen on ${host} because other machines can reach it and no token is given`,
    hint: 'give one, as in --token "$(openssl rand -hex 16)", or leave --host out and forward the port: ssh -L 8790:localhost:8790 HOST',
  });
}

function cannotListen(cause: unknown, { host, port }: { host: string; port: number }): MillraceError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const because = code === "EADDRINUSE" ? "the port is taken" : message;
  return new MillraceError({
    code: "MILLRACE_UI",
    headline: `Cannot listen on ${host}:${port} because ${because}`,
    hint: "name another port with --port, or leave it out to take the next free one",
    cause,
  });
}
