import type { IncomingMessage } from "node:http";
import { RefusedRequest } from "./refused-request.ts";

const MAX_BYTES = 64 * 1024;

/** The JSON that a request brings. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES)
      throw new RefusedRequest(413, { headline: `Cannot read the body because it has more than ${MAX_BYTES} bytes` });
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } catch {
    throw new RefusedRequest(400, { headline: "Cannot read the body because it is not JSON" });
  }
}
