import type { OutgoingHttpHeaders, ServerResponse } from "node:http";

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
  response.writeHead(status, { "content-type": type, "content-length": bytes.length, ...headers });
  response.end(response.req.method === "HEAD" ? undefined : bytes);
}

export function jsonReply(status: number, value: unknown, headers: OutgoingHttpHeaders = {}): Reply {
  return { status, body: JSON.stringify(value), headers };
}
