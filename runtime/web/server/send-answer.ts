import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { visibleJson } from "../../../sdk/base/visible.ts";
import type { Answer } from "./api-route.ts";

export interface SendAnswerOptions {
  readonly response: ServerResponse;
  /** Aborted when the reader is gone or the server ends. */
  readonly signal: AbortSignal;
  readonly pingMs: number;
}

/** Writes an answer; of a stream only as much is read as its reader takes. */
export async function sendAnswer(answer: Answer, options: SendAnswerOptions): Promise<void> {
  const { response } = options;
  switch (answer.kind) {
    case "json":
      return whole(response, {
        type: "application/json; charset=utf-8",
        bytes: Buffer.from(visibleJson(JSON.stringify(answer.value))),
      });
    case "bytes":
      return whole(response, { type: "application/octet-stream", bytes: answer.bytes });
    case "page":
      response.setHeader("content-security-policy", `${answer.policy}; sandbox allow-scripts; frame-ancestors 'self'`);
      return whole(response, { type: "text/html; charset=utf-8", bytes: Buffer.from(answer.html) });
    case "nothing":
      response.writeHead(204).end();
      return;
    case "events":
      return sendEvents(answer.pieces, options);
  }
}

function whole(response: ServerResponse, { type, bytes }: { type: string; bytes: Uint8Array }): void {
  response.writeHead(200, { "content-type": type, "content-length": bytes.length }).end(bytes);
}

async function sendEvents(
  pieces: AsyncIterable<string>,
  { response, signal, pingMs }: SendAnswerOptions,
): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  // Sent at once: whoever waits learns that it is heard.
  response.write("retry: 2000\n\n");
  const ping = setInterval(() => {
    if (!response.writableNeedDrain) response.write(":\n\n");
  }, pingMs);
  try {
    for await (const piece of pieces) {
      if (signal.aborted) break;
      if (!response.write(piece)) await once(response, "drain", { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(ping);
    response.end();
  }
}
