import type { OutgoingHttpHeaders } from "node:http";

export const JSON_TYPE = "application/json; charset=utf-8";

/** A body of so many bytes is sent together with its head. */
export const ONE_WRITE_BYTES = 8 * 1024;

export interface Reply {
  readonly status: number;
  readonly body: string | Buffer;
  /** @defaultValue JSON */
  readonly type?: string | undefined;
  readonly headers?: OutgoingHttpHeaders | undefined;
}

export function jsonReply(status: number, value: unknown, headers: OutgoingHttpHeaders = {}): Reply {
  return { status, body: JSON.stringify(value), headers };
}

export function bytesOf(body: Reply["body"]): Buffer {
  return typeof body === "string" ? Buffer.from(body) : body;
}
