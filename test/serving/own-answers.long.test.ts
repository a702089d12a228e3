import { expect, test } from "vitest";
import { type PipelinedRequest, pipelinedRequests } from "../rigs/serving/pipelined-requests.ts";
import { serviceProject, startService } from "../rigs/serving/started-service.ts";
import { isSoak } from "../setup/tier.ts";
import { HONEST_AND_NOT } from "./services.ts";

const REQUESTS = isSoak() ? 1_000_000 : 100_000;
const CONNECTIONS = 8;
/** Of each connection, at once. */
const DEPTH = 8;
/** So often a worker is killed. */
const KILL_EVERY = 20_000;

test(
  `of ${REQUESTS} requests, in batches and while workers are killed, each gets its own answer`,
  { timeout: 1_800_000 },
  async () => {
    const service = await startService(serviceProject(HONEST_AND_NOT), { args: ["--workers", "2"] });
    const statuses = new Map<number, number>();
    let asked = 0;
    const next = (): PipelinedRequest | null => {
      const index = asked;
      if (index >= REQUESTS) return null;
      asked += 1;
      if (index % KILL_EVERY === KILL_EVERY / 2) process.kill(service.workers()[0]!, "SIGKILL");
      return { id: `request-${index}`, body: bodyOf(index) };
    };
    const connection = () =>
      pipelinedRequests({
        ...{ address: service.address, path: "/echo", depth: DEPTH, next },
        onAnswer(request, { status, id, body }) {
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          // A comparison of texts: one of Vitest's own takes longer than an answer.
          if (id !== request.id || (status === 200 && body !== request.body))
            throw new Error(`${request.id} ${request.body} was answered with ${status} ${id} ${body}`);
        },
      });
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
    // Only what a killed worker was at has failed.
    const failed = statuses.get(503) ?? 0;
    expect([...statuses.keys()].filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(failed).toBeLessThanOrEqual((REQUESTS / KILL_EVERY) * CONNECTIONS * DEPTH);
    expect((statuses.get(200) ?? 0) + failed).toBe(REQUESTS);
  },
);

/** One row, or an array of up to five: written as the service writes its answer. */
function bodyOf(index: number): string {
  if (index % 2 === 1) return `{"id":"${index}/0","n":${index}}`;
  const rows = Array.from({ length: 1 + (index % 5) }, (_, row) => `{"id":"${index}/${row}","n":${index}}`);
  return `[${rows.join(",")}]`;
}
