import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { Misbehaviour, Operation, ProxyOrder, SeenRequest } from "./fault.ts";
import { FaultList } from "./fault-list.ts";
import { type Answer, flipped, isForwarded, misbehave, s3Error, send } from "./misbehave.ts";
import { targetOf } from "./request-kind.ts";

// A process of its own, as a test that waits for an answer of its storage can answer nobody.
const upstream = new URL(process.argv[2] ?? "");
const faults = new FaultList();
const firstLists = new Map<string, Answer>();
const turns = new Map<string, Promise<unknown>>();
let seen: SeenRequest[] = [];

const WRITES: ReadonlySet<Operation> = new Set(["put", "copy", "delete", "complete-upload"]);
const NOTHING: Answer = { status: 0, headers: {}, body: Buffer.alloc(0) };

const server = http.createServer((request, response) => {
  handle(request, response).catch(() => response.destroy());
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}` });
});
process.on("disconnect", () => process.exit());
process.on("message", (order: ProxyOrder) => {
  if (order.order === "add") faults.add(order.faults);
  if (order.order === "clear") {
    faults.clear();
    seen = [];
  }
  process.send?.({ id: order.id, requests: order.order === "requests" ? seen : [] });
});

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const target = targetOf(request);
  const body = await buffer(request);
  const fault = faults.take(target);
  const place = seen.length;
  const json: unknown = target.op === "batch" && body.length > 0 ? JSON.parse(body.toString()) : undefined;
  const entry = {
    ...target,
    ...(json === undefined ? {} : { json }),
    requestBytes: body.length,
    fault: fault?.kind ?? null,
  };
  seen.push({ ...entry, responseBytes: 0, status: 0 });
  const list = seen;
  const ask = () => answerTo(request, body, fault);
  const answer = await (WRITES.has(target.op) ? inTurn(`${target.bucket}/${target.key}`, ask) : ask());
  if (target.op === "list" && !firstLists.has(request.url ?? "")) firstLists.set(request.url ?? "", answer);
  const { status, sent } =
    fault === null
      ? send(response, answer)
      : await misbehave(response, fault, {
          ...(fault.kind === "stale" ? (firstLists.get(request.url ?? "") ?? answer) : answer),
          op: target.op,
        });
  list[place] = { ...entry, responseBytes: sent, status };
}

/** S3 writes an object once after the other; moto checks a condition for two of them before it writes either. */
async function inTurn<T>(object: string, write: () => Promise<T>): Promise<T> {
  const turn = (turns.get(object) ?? Promise.resolve()).then(write, write);
  turns.set(object, turn);
  try {
    return await turn;
  } finally {
    if (turns.get(object) === turn) turns.delete(object);
  }
}

async function answerTo(request: IncomingMessage, body: Buffer, fault: Misbehaviour | null): Promise<Answer> {
  if (fault === null) return forward(request, body);
  if (!isForwarded(fault)) return NOTHING;
  if (fault.kind !== "flip-upload" || body.length === 0) return forward(request, body);
  return hasChecksum(request) ? s3Error(400, "BadDigest") : forward(request, flipped(body));
}

/** moto takes any checksum for right; S3 does not. */
function hasChecksum({ headers }: IncomingMessage): boolean {
  const hash = headers["x-amz-content-sha256"];
  const names = [
    "content-md5",
    "x-amz-trailer",
    "x-amz-checksum-crc32",
    "x-amz-checksum-crc64nvme",
    "x-amz-checksum-sha256",
  ];
  return names.some((name) => headers[name] !== undefined) || (typeof hash === "string" && /^[0-9a-f]{64}$/.test(hash));
}

async function forward({ method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  const { "transfer-encoding": _, expect, ...rest } = headers;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    // A connection kept alive may be closed by the server just as it is used again: a fault that no test asked for.
    const options = { method, path: url, headers: { ...rest, "content-length": body.length }, agent: false as const };
    const request = http.request(upstream, options);
    request.on("error", reject);
    request.on("response", resolve);
    request.end(body);
  });
  return { status: answer.statusCode ?? 500, headers: answer.headers, body: await buffer(answer) };
}
