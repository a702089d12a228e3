import { answerBatch, type BatchCall } from "../worker/answer-batch.ts";
import { serviceError } from "../model/service-error.ts";
import type { Shard } from "./shards-of.ts";

/** Answers of a part of a file, as JSON lines; and the rows that did not fit, with why. */
export interface ShardAnswers {
  readonly answers: string;
  readonly errors: string;
  readonly answered: number;
  readonly refused: number;
}

/**
 * Answers rows as the server does, each as a request of its own, in calls of at most `maxSize` rows.
 * @throws MillraceError `MILLRACE_SERVICE` where the method cannot answer a row that fits
 */
export async function answerShard(call: BatchCall, { rows, lines }: Shard): Promise<ShardAnswers> {
  const answers: string[] = [];
  const errors: string[] = [];
  const { maxSize } = call.prediction.batch;
  for (let from = 0; from < rows.length; from += maxSize) {
    const requests = rows.slice(from, from + maxSize).map((text) => ({ text }));
    const batch = await answerBatch(call, requests, { isRow: true });
    for (const [index, { status, body }] of batch.answers.entries()) {
      const line = lines[from + index] ?? 0;
      if (status === 200) answers.push(`${String(body)}\n`);
      else if (status === 500) throw failed(batch.faults, line);
      else errors.push(`${errorLine(line, String(body))}\n`);
    }
  }
  return { answers: answers.join(""), errors: errors.join(""), answered: answers.length, refused: errors.length };
}

function errorLine(line: number, body: string): string {
  return JSON.stringify({ line, ...(JSON.parse(body) as object) });
}

function failed(faults: readonly string[], line: number): Error {
  return serviceError(`Cannot answer the row of line ${line} because the service fails`, {
    details: faults.flatMap((fault) => fault.split("\n")),
    hint: "correct the method, then call predict with --resume: what is answered is not computed again",
  });
}
