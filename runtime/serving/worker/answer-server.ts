import { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { messageOf } from "../../../sdk/base/message-of.ts";
import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import { leave } from "../../leave.ts";
import { frameReader, writeFrame } from "../channel/frame-reader.ts";
import { FRAMES, type ServiceCommand, type ServiceProblem, type ServiceReport } from "../channel/service-command.ts";
import { answerBatch, type AnsweredBatch, type BatchCall, type BatchRequest } from "./answer-batch.ts";
import { endWithServer } from "./end-with-server.ts";
import { type LoadedService, type LoadFile, loadService } from "./load-service.ts";

/** The process of one service with one version of its model: loads it, then answers batches until the server is gone. */
export function answerServer(load: LoadFile): void {
  const channel = new Socket({ fd: FRAMES, readable: true, writable: true });
  let loaded: LoadedService | null = null;
  endWithServer();

  const send = (report: ServiceReport, bodies: readonly Buffer[] = []) => writeFrame(channel, report, bodies);
  const take = async (command: ServiceCommand, body: Buffer) => {
    if (command.type === "batch") {
      const { report, bodies } = await answersTo(command, body, loaded);
      return send(report, bodies);
    }
    try {
      loaded = await loadService(command.setup, load);
      send({ type: "ready" });
    } catch (error) {
      send({ type: "failed", problem: problemOf(error) });
    }
  };
  channel.on(
    "data",
    frameReader((head, body) => void take(head as ServiceCommand, body)),
  );
  channel.on("error", () => undefined);
  // The server is gone, or has no more work for this process.
  channel.on("close", () => leave(0));
  channel.on("end", () => leave(0));
  // Ctrl-C reaches the whole group of a terminal: the server says when its workers end.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
}

async function answersTo(
  { method, sizes, arrow }: Extract<ServiceCommand, { type: "batch" }>,
  body: Buffer,
  loaded: LoadedService | null,
): Promise<{ readonly report: ServiceReport; readonly bodies: readonly Buffer[] }> {
  const prediction = loaded?.predictions.get(method);
  if (loaded === null || prediction === undefined) throw new Error(`there is no method ${method}`);
  let from = 0;
  const requests = sizes.map((size, index): BatchRequest => {
    const asked = arrow?.[index];
    const start = from;
    from += size;
    if (asked?.isBody === true) return { bytes: body.subarray(start, from), isArrowAnswer: asked.isAnswer };
    return { text: body.toString("utf8", start, from), isArrowAnswer: asked?.isAnswer === true };
  });
  const startedAt = performance.now();
  const { answers, faults } = await answered({ service: loaded.service, prediction }, requests);
  const ms = performance.now() - startedAt;
  const bodies = answers.map((one) => bytesOf(one.body));
  const heads = answers.map(({ status, rows, body: one, features }, index) => ({
    ...{ status, rows, size: bodies[index]?.length ?? 0 },
    ...(typeof one === "string" ? {} : { isArrow: true as const }),
    ...(features === undefined ? {} : { features }),
  }));
  return { report: { type: "answers", answers: heads, ms, faults }, bodies };
}

/** What fails here, and not in the service's code, fails the batch and not the process. */
async function answered(call: BatchCall, requests: readonly BatchRequest[]): Promise<AnsweredBatch> {
  try {
    return await answerBatch(call, requests);
  } catch (error) {
    const body = JSON.stringify({ error: "the service failed; its log says why" });
    return { answers: requests.map(() => ({ status: 500, rows: 0, body })), faults: [messageOf(error)] };
  }
}

function bytesOf(body: string | Uint8Array): Buffer {
  return typeof body === "string" ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

function problemOf(error: unknown): ServiceProblem {
  if (isMillraceError(error)) return { headline: error.headline, details: error.details, hint: error.hint };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const [headline = "", ...details] = text.split("\n");
  return { headline, details, hint: undefined };
}
