import http from "node:http";
import { expect, test } from "vitest";
import { moment, serviceProject, startService } from "../rigs/serving/started-service.ts";

/** A batch takes as long as its rows, each of them the same time of a processor, so that there is a known most. */
const SERVICE = `
  import { predict, serve, Service } from "millrace/serving";
  import { z } from "zod";

  class BusyService extends Service {
    @predict({ input: z.number(), batch: { maxSize: 8, maxWaitMs: 2 } })
    work(rows: number[]): number[] {
      const until = performance.now() + 4 * rows.length;
      while (performance.now() < until);
      return rows;
    }
  }

  serve(BusyService);
`;

const TIMEOUT_MS = 400;
const SECONDS = 5;

interface Told {
  readonly status: number;
  readonly ms: number;
}

test(
  "at twice what it can do, a server answers as many requests as before, in time, and refuses the others at once",
  {
    timeout: 300_000,
  },
  async () => {
    const args = ["--timeout", `${TIMEOUT_MS}ms`, "--max-queue", "10000"];
    const service = await startService(serviceProject(SERVICE), { args });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 2_000 });
    const url = `${service.address}/work`;

    // As much as it can: there is always something to do, and never too much.
    let stopped = false;
    let done = 0;
    const client = async () => {
      while (!stopped) if ((await ask(url, agent)).status === 200) done += 1;
    };
    const clients = Array.from({ length: 16 }, client);
    await moment(1000);
    done = 0;
    await moment(SECONDS * 1000);
    const perSecond = done / SECONDS;
    stopped = true;
    await Promise.all(clients);

    // They come when they come, whether those before were answered or not.
    const asked: Promise<Told>[] = [];
    const from = performance.now();
    while (performance.now() - from < SECONDS * 1000) {
      const due = ((performance.now() - from) / 1000) * perSecond * 2;
      while (asked.length < due) asked.push(ask(url, agent));
      await moment(5);
    }
    const told = await Promise.all(asked);
    agent.destroy();
    const of = (status: number) => told.filter((one) => one.status === status);
    const [taken, refused, late] = [of(200), of(429), of(504)];
    expect(taken.length + refused.length + late.length).toBe(told.length);
    expect(taken.length / SECONDS).toBeGreaterThan(0.7 * perSecond);
    expect(refused.length).toBeGreaterThan(0.2 * told.length);
    // What it took it answers in the time that it has; guesses are wrong where others use the processor.
    expect(late.length).toBeLessThan(0.2 * told.length);
    // Who is refused need not wait to hear it.
    expect(median(refused)).toBeLessThan(median(taken));
  },
);

function median(told: readonly Told[]): number {
  return told.map(({ ms }) => ms).toSorted((a, b) => a - b)[Math.floor(told.length / 2)] ?? NaN;
}

function ask(url: string, agent: http.Agent): Promise<Told> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: "POST", agent, headers: { "content-length": 1 } }, (response) => {
      response
        .resume()
        .on("end", () => resolve({ status: response.statusCode ?? 0, ms: performance.now() - startedAt }));
    });
    request.on("error", reject).end("1");
  });
}
