import { type OutgoingHttpHeaders, ServerResponse } from "node:http";

const JSON_TYPE = "application/json; charset=utf-8";

export interface Reply {
  readonly status: number;
  readonly body: string | Buffer;
  /** @defaultValue JSON */
  readonly type?: string;
  readonly headers?: OutgoingHttpHeaders;
}

export function send(response: ServerResponse, { status, body, type = JSON_TYPE, headers }: Reply): void {
  if (response.headersSent || response.destroyed) return;
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const id = response instanceof ServiceResponse ? { "x-request-id": response.requestId } : {};
  response.writeHead(status, { ...id, "content-type": type, "content-length": bytes.length, ...headers });
  if (response.req.method === "HEAD") response.end();
  // As a text it goes out together with the head, in one write; each byte is a letter of latin1.
  else if (bytes.length <= ONE_WRITE_BYTES) response.end(bytes.toString("latin1"), "latin1");
  else response.end(bytes);
}

const ONE_WRITE_BYTES = 8 * 1024;

/** Headers that are set one by one take longer than those that are given with the status: the id waits here. */
export class ServiceResponse extends ServerResponse {
  requestId = "";
}

export function jsonReply(status: number, value: unknown, headers: OutgoingHttpHeaders = {}): Reply {
  return { status, body: JSON.stringify(value), headers };
}
