import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Exchange } from "./exchange.ts";
import { type BodyLimits, readBody, type ReadBody } from "./read-body.ts";
import { bytesOf, JSON_TYPE, ONE_WRITE_BYTES, type Reply } from "./reply.ts";
import { idIn } from "./timed-request.ts";

/** A request that `node:http` has read. */
export class HttpExchange implements Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly id: string;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request;
    this.#response = response;
    const { method = "GET", url = "/", headers } = request;
    const end = url.indexOf("?");
    this.method = method;
    this.path = end < 0 ? url : url.slice(0, end);
    this.headers = headers;
    this.id = idIn(request, "x-request-id") ?? randomUUID();
    // A connection that breaks is no failure of ours.
    response.on("error", () => undefined);
  }

  readBody(limits: BodyLimits, done: (body: ReadBody) => void): void {
    readBody(this.#request, limits, (body) => {
      if ("error" in body) this.#keepUntilRead();
      done(body);
    });
  }

  send({ status, body, type = JSON_TYPE, headers }: Reply): void {
    const response = this.#response;
    if (response.headersSent || response.destroyed) return;
    const bytes = bytesOf(body);
    const { id } = this;
    response.writeHead(status, {
      ...{ "x-request-id": id, "content-type": type, "content-length": bytes.length },
      ...headers,
    });
    if (this.method === "HEAD") response.end();
    // As a text it goes out together with the head, in one write; each byte is a letter of latin1.
    else if (bytes.length <= ONE_WRITE_BYTES) response.end(bytes.toString("latin1"), "latin1");
    else response.end(bytes);
  }

  onClose(work: () => void): void {
    this.#response.once("close", work);
  }

  /** A connection that is closed while its client still sends is reset, and the client may never see the answer. */
  #keepUntilRead(): void {
    const [request, response] = [this.#request, this.#response];
    if (response.shouldKeepAlive) return;
    response.shouldKeepAlive = true;
    request.once("end", () => request.socket.destroySoon());
  }
}
