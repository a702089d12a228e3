import type { MessagePort } from "node:worker_threads";
import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import { RetriedObjects } from "../objects/retried-objects.ts";
import type { CallMessage } from "./calls.ts";
import { objectService } from "./object-service.ts";

export interface CallsToAnswer {
  readonly signal: SharedArrayBuffer;
  readonly port: MessagePort;
}

/** What such a thread does all its life: answers one message with one, in the order in which they are ready. */
export function answerCalls(objects: ObjectStore, { signal, port }: CallsToAnswer): void {
  const counters = new Int32Array(signal);
  const answer = objectService(new RetriedObjects(objects));

  function reply(message: object, transfer: ArrayBuffer[]): void {
    port.postMessage(message, transfer);
    Atomics.add(counters, 0, 1);
    Atomics.notify(counters, 0);
  }

  setInterval(() => Atomics.add(counters, 1, 1), 1000);
  port.on("message", ({ id, name, args }: CallMessage) => {
    answer(name, args).then(
      (value) => reply({ id, answer: value }, ownBuffers(value)),
      (error: unknown) => reply({ id, failure: failureOf(error) }, []),
    );
  });
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
