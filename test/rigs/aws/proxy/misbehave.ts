import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { laidOver } from "../../../../runtime/engines/batch/laid-over.ts";
import type { Misbehaviour, Operation } from "./fault.ts";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Longer than any client waits for a byte. */
const HANG_MS = 30_000;

/** True for what goes wrong although the server has done its work. */
export function isForwarded(fault: Misbehaviour): boolean {
  if (fault.kind === "hang") return fault.isInBody ?? false;
  return fault.kind === "answer" || fault.kind === "reset" ? (fault.isCarriedOut ?? false) : true;
}

/** An error in the words of S3. */
export function s3Error(status: number, code: string, headers: Readonly<Record<string, string>> = {}): Answer {
  const body = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${code} for a test</Message><RequestId>0</RequestId></Error>`,
  );
  return { status, headers: { "content-type": "application/xml", ...headers }, body };
}

/** An error in the words of AWS Batch. */
function batchError(status: number, code: string): Answer {
  const body = Buffer.from(JSON.stringify({ message: `${code} for a test` }));
  return { status, headers: { "content-type": "application/json", "x-amzn-errortype": code }, body };
}

/** Answers in the wrong way; says with which status and how many bytes of body. */
export async function misbehave(
  response: ServerResponse,
  fault: Misbehaviour,
  { op, ...real }: Answer & { readonly op: Operation },
): Promise<{ status: number; sent: number }> {
  const half = real.body.subarray(0, real.body.length >> 1);
  switch (fault.kind) {
    case "answer":
      return send(
        response,
        op === "batch" ? batchError(fault.status, fault.code) : s3Error(fault.status, fault.code, fault.headers),
      );
    case "hang":
      if (fault.isInBody === true) {
        head(response, real);
        response.write(half);
      }
      await pause(fault.ms ?? HANG_MS, undefined, { ref: false });
      response.destroy();
      return { status: 0, sent: 0 };
    case "reset":
      response.socket?.resetAndDestroy();
      return { status: 0, sent: 0 };
    case "cut":
      head(response, real);
      await new Promise((resolve) => response.write(half, resolve));
      if (fault.by === "reset") response.socket?.resetAndDestroy();
      else response.socket?.end();
      return { status: real.status, sent: half.length };
    case "shorten":
      return send(response, { ...real, body: half });
    case "flip":
      return send(response, { ...real, body: flipped(real.body) });
    case "slow":
      head(response, real);
      for (let part = 0; part < fault.parts; part += 1) {
        await pause(fault.pauseMs);
        const [from, to] = [part, part + 1].map((at) => Math.floor((real.body.length * at) / fault.parts));
        response.write(real.body.subarray(from, to));
      }
      response.end();
      return { status: real.status, sent: real.body.length };
    case "headers":
      return send(response, { ...real, headers: { ...real.headers, ...fault.headers } });
    case "rewrite":
      return send(response, { ...real, body: rewritten(real.body, fault) });
    case "flip-upload":
    case "stale":
      return send(response, real);
  }
}

export function send(response: ServerResponse, answer: Answer): { status: number; sent: number } {
  head(response, answer);
  response.end(answer.body);
  return { status: answer.status, sent: answer.body.length };
}

/** Another bit in the middle. */
export function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const at = copy.length >> 1;
  if (at < copy.length) copy[at] = copy[at]! ^ 1;
  return copy;
}

function rewritten(body: Buffer, { set, each }: Extract<Misbehaviour, { kind: "rewrite" }>): Buffer {
  const answer: Record<string, unknown> = { ...JSON.parse(body.toString()), ...set };
  for (const list of ["jobs", "jobSummaryList"])
    if (each !== undefined && Array.isArray(answer[list]))
      answer[list] = answer[list].map((job) => laidOver(job, each));
  return Buffer.from(JSON.stringify(answer));
}

function head(response: ServerResponse, { status, headers, body }: Answer): void {
  const { connection, "keep-alive": keepAlive, "transfer-encoding": encoding, ...rest } = headers;
  // The answer to HEAD tells the length of a body that it does not have.
  const length = response.req.method === "HEAD" ? headers["content-length"] : body.length;
  response.writeHead(status, { ...rest, ...(length === undefined ? {} : { "content-length": length }) });
}
