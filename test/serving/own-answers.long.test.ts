import http from "node:http";
import { expect, test } from "vitest";
import { isSoak } from "../setup/tier.ts";
import { serviceProject, startService } from "../rigs/serving/started-service.ts";
import { HONEST_AND_NOT } from "./services.ts";

const REQUESTS = isSoak() ? 1_000_000 : 100_000;
const CLIENTS = 32;
/** So often a worker is killed. */
const KILL_EVERY = 20_000;

test(
  `of ${REQUESTS} requests, in batches and while workers are killed, each gets its own answer`,
  { timeout: 1_800_000 },
  async () => {
    const service = await startService(serviceProject(HONEST_AND_NOT), { args: ["--workers", "2"] });
    const agent = new http.Agent({ keepAlive: true, maxSockets: CLIENTS });
    const statuses = new Map<number, number>();
    let next = 0;
    const client = async () => {
      for (;;) {
        const index = next++;
        if (index >= REQUESTS) return;
        if (index % KILL_EVERY === KILL_EVERY / 2) process.kill(service.workers()[0]!, "SIGKILL");
        const rows = Array.from({ length: 1 + (index % 5) }, (_, row) => ({ id: `${index}/${row}`, n: index }));
        const { status, id, text } = await ask(`${service.address}/echo`, {
          agent,
          id: `request-${index}`,
          body: JSON.stringify(index % 2 === 0 ? rows : rows[0]),
        });
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        expect(id).toBe(`request-${index}`);
        if (status === 200) expect(JSON.parse(text)).toEqual(index % 2 === 0 ? rows : rows[0]);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    agent.destroy();
    // Only what a killed worker was at has failed.
    const failed = statuses.get(503) ?? 0;
    expect([...statuses.keys()].filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(failed).toBeLessThanOrEqual((REQUESTS / KILL_EVERY) * CLIENTS);
    expect((statuses.get(200) ?? 0) + failed).toBe(REQUESTS);
  },
);

function ask(
  url: string,
  { agent, id, body }: { readonly agent: http.Agent; readonly id: string; readonly body: string },
): Promise<{ readonly status: number; readonly id: unknown; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { "x-request-id": id, "content-length": Buffer.byteLength(body) };
    const request = http.request(url, { method: "POST", agent, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, id: response.headers["x-request-id"], text }),
      );
    });
    request.on("error", reject).end(body);
  });
}
