import http from "node:http";
import type { AddressInfo } from "node:net";
import { errorClass } from "../../../sdk/base/error-codes.ts";
import { isMillraceError, MillraceError } from "../../../sdk/base/millrace-error.ts";
import { checkEvent } from "../../datastore/check-event.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { Events } from "../../datastore/events.ts";
import type { Settings } from "../../settings/read-settings.ts";
import { isEqualSecret } from "../../text/is-equal-secret.ts";
import { isLoopback } from "../../text/is-loopback.ts";
import { webhookBody } from "./webhook-body.ts";
import { WebhookRefusal } from "./webhook-refusal.ts";

export interface WebhooksOptions {
  readonly host: string;
  readonly port: number;
  readonly store: Datastore;
  readonly settings: Settings;
  /** An event was published. */
  published(): void;
}

/** At most this many connections are open at once; each has to say what it wants within these times. */
const MAX_CONNECTIONS = 200;
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
const MAX_HEADER_BYTES = 16 * 1024;

/** Takes events over HTTP: `POST /events/NAME`, with the token as a bearer; `GET /healthz` says that it listens. */
export class Webhooks {
  readonly #options: WebhooksOptions;
  readonly #token: string | null;
  readonly #server: http.Server;

  /** @throws MillraceError where other machines could publish without a token */
  constructor(options: WebhooksOptions) {
    this.#options = options;
    this.#token = options.settings.eventToken;
    if (this.#token === null && !isLoopback(options.host)) throw needsToken(options.host);
    this.#server = http.createServer(
      { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS },
      (request, response) => void this.#answer(request, response),
    );
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.keepAliveTimeout = 5_000;
  }

  /** @returns the address */
  async listen(): Promise<string> {
    const { host, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", (cause) => reject(cannotListen(cause, { host, port })));
      this.#server.listen({ host, port }, resolve);
    });
    const shown = host.includes(":") ? `[${host}]` : host;
    return `http://${shown}:${(this.#server.address() as AddressInfo).port}/events/NAME`;
  }

  /** What is being answered is answered. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const late = setTimeout(() => this.#server.closeAllConnections(), 1_000);
    await closed;
    clearTimeout(late);
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    // A connection that breaks is no failure of ours.
    response.on("error", () => undefined);
    try {
      const { status, body } = await this.#handle(request);
      send(response, status, body);
    } catch (error) {
      this.#fail(error, { request, response });
    }
  }

  async #handle(request: http.IncomingMessage): Promise<{ readonly status: number; readonly body: object }> {
    const { method = "", url = "" } = request;
    const path = url.replace(/\?.*$/, "");
    this.#refuseBrowsers(request);
    if (path === "/healthz") {
      if (method !== "GET" && method !== "HEAD") throw wrongMethod(method, "GET");
      return { status: 200, body: { ok: true } };
    }
    const [, encoded] = /^\/events\/([^/]+)$/.exec(path) ?? [];
    if (encoded === undefined) throw new WebhookRefusal(404, "there is POST /events/NAME and GET /healthz");
    if (method !== "POST") throw wrongMethod(method, "POST");
    this.#checkToken(request);
    const name = decoded(encoded);
    const data = checkEvent(name, await webhookBody(request));
    const { store, settings, published } = this.#options;
    const { id, publishedAt } = new Events(store.storage).publish({ name, data, username: settings.username });
    store.storage.flush();
    published();
    return { status: 202, body: { id, name, publishedAt } };
  }

  /** Nothing that a page of another site sends is an event. */
  #refuseBrowsers({ headers }: http.IncomingMessage): void {
    const isBrowser = headers.origin !== undefined || headers["sec-fetch-site"] !== undefined;
    const isForeignName = this.#token === null && !isLoopback((headers.host ?? "").replace(/:\d*$/, ""));
    if (isBrowser || isForeignName) throw new WebhookRefusal(403, "requests of web pages are not answered");
  }

  #checkToken({ headers: { authorization = "" } }: http.IncomingMessage): void {
    if (this.#token === null) return;
    if (!isEqualSecret(authorization, `Bearer ${this.#token}`))
      throw new WebhookRefusal(401, "the token is missing or wrong: send Authorization: Bearer TOKEN");
  }

  #fail(
    error: unknown,
    { request, response }: { readonly request: http.IncomingMessage; readonly response: http.ServerResponse },
  ): void {
    const { status, text } = answerOf(error);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (status === 401) response.setHeader("www-authenticate", "Bearer");
    // What follows in the same request is not read.
    const isUnread = !request.complete;
    if (isUnread) response.setHeader("connection", "close");
    send(response, status, { error: text });
    if (isUnread) response.once("finish", () => setTimeout(() => request.destroy(), UNREAD_MS).unref());
  }
}

/** The client has read the answer by then. */
const UNREAD_MS = 500;

function answerOf(error: unknown): { readonly status: number; readonly text: string } {
  if (error instanceof WebhookRefusal) return { status: error.status, text: error.message };
  if (!isMillraceError(error)) return { status: 500, text: "the event cannot be taken" };
  if (error.code === "MILLRACE_EVENT")
    return { status: /more than/.test(error.headline) ? 413 : 400, text: error.headline };
  return { status: errorClass(error.code) === "usage" ? 400 : 503, text: "the datastore cannot be written" };
}

function send(response: http.ServerResponse, status: number, body: object): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  });
  response.end(text);
}

function wrongMethod(seen: string, wanted: string): WebhookRefusal {
  return new WebhookRefusal(405, `the method is ${seen}; wanted: ${wanted}`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new WebhookRefusal(400, "the name of the event is not encoded as in an address");
  }
}

function needsToken(host: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_SETTINGS",
    headline: `Cannot listen on ${host} because other machines can reach it and MILLRACE_EVENT_TOKEN is not set`,
    hint: 'set it, as in MILLRACE_EVENT_TOKEN="$(openssl rand -hex 16)", or listen on 127.0.0.1',
  });
}

function cannotListen(cause: unknown, { host, port }: { host: string; port: number }): MillraceError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot listen on ${host}:${port} because ${code === "EADDRINUSE" ? "the port is taken" : message}`,
    hint: "name another port with --listen",
    cause,
  });
}
