import type { IncomingMessage } from "node:http";
import { WebhookRefusal } from "./webhook-refusal.ts";

const MAX_BYTES = 1024 * 1024;

/**
 * The JSON that a request brings; null for none. What is too large is not read to its end.
 * @throws WebhookRefusal
 */
export async function webhookBody(request: IncomingMessage): Promise<unknown> {
  if (Number(request.headers["content-length"] ?? 0) > MAX_BYTES) throw tooLarge();
  const bytes = await bytesOf(request);
  if (bytes.length === 0) return null;
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as unknown;
  } catch {
    throw new WebhookRefusal(400, "the body is not JSON");
  }
}

function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_BYTES) return void chunks.push(chunk);
      request.pause();
      reject(tooLarge());
    });
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("aborted", () => reject(new WebhookRefusal(400, "the body ended early")));
    request.once("error", () => reject(new WebhookRefusal(400, "the body cannot be read")));
  });
}

function tooLarge(): WebhookRefusal {
  return new WebhookRefusal(413, `the body has more than ${MAX_BYTES} bytes`);
}
