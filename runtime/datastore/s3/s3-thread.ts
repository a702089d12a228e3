import { type MessagePort, workerData } from "node:worker_threads";
import { isMillraceError } from "../../../sdk/base/errors.ts";
import type { CallMessage, ThreadSetup } from "../thread/calls.ts";
import { parseS3Location } from "./s3-location.ts";
import { Bucket } from "./s3-objects.ts";
import { bucketService } from "../thread/object-service.ts";
import { s3Client } from "./client.ts";
import { objectRetries } from "../objects/retries.ts";

/** The program of the thread that talks to a bucket: answers one message with one, in the order in which they are ready. */
const { location, settings, signal, port } = workerData as ThreadSetup & { readonly port: MessagePort };
const counters = new Int32Array(signal);
const bucket = new Bucket({
  client: s3Client(settings),
  ...parseS3Location(location),
  location,
  retries: objectRetries(),
});
const answer = bucketService(bucket);

setInterval(() => Atomics.add(counters, 1, 1), 1000);

port.on("message", ({ id, name, args }: CallMessage) => {
  answer(name, args).then(
    (value) => reply({ id, answer: value }, ownBuffers(value)),
    (error: unknown) => reply({ id, failure: failureOf(error) }, []),
  );
});

function reply(message: object, transfer: ArrayBuffer[]): void {
  port.postMessage(message, transfer);
  Atomics.add(counters, 0, 1);
  Atomics.notify(counters, 0);
}

/** Large bytes change hands instead of being copied; small ones may share a buffer with others. */
function ownBuffers(value: unknown): ArrayBuffer[] {
  const bytes = value instanceof Uint8Array ? value : (value as { bytes?: unknown } | null | undefined)?.bytes;
  if (!(bytes instanceof Uint8Array) || !(bytes.buffer instanceof ArrayBuffer)) return [];
  return bytes.byteLength > 0 && bytes.byteLength === bytes.buffer.byteLength ? [bytes.buffer] : [];
}

function failureOf(error: unknown): object {
  if (isMillraceError(error)) {
    const { code, headline, details, hint } = error;
    return { code, headline, details, ...(hint === undefined ? {} : { hint }) };
  }
  const { message, stack } = error as Error;
  return { code: "MILLRACE_BUG", headline: `This is a bug in Millrace: ${message}`, details: [String(stack)] };
}
