import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { expect, test } from "vitest";
import { serviceProject, type StartedService, startService } from "../rigs/serving/started-service.ts";
import { HONEST_AND_NOT } from "./services.ts";

async function act(service: StartedService, body: unknown): Promise<readonly [number, unknown]> {
  const response = await service.post("/act", JSON.stringify(body));
  return [response.status, (await response.json()) as unknown];
}

/** A new worker takes its time; until it is there, requests wait. */
async function answersAgain(service: StartedService): Promise<void> {
  await expect.poll(async () => act(service, ["fine"]), { interval: 100 }).toEqual([200, ["FINE"]]);
}

test(
  "a method that throws or answers nonsense fails its own request alone, and the log says why",
  { timeout: 300_000 },
  async () => {
    const service = await startService(serviceProject(HONEST_AND_NOT));
    for (const [row, why] of [
      ["throw", "ShopService.act threw Error: no weights for this one\n"],
      ["too few", "ShopService.act cannot answer: it gave 0 answers for 1 rows"],
      ["no array", "it gave an object (Object), and an array with an answer for each row was wanted"],
      ["function", "answer 0 is a function, which JSON cannot say"],
    ] as const) {
      expect(await act(service, row)).toEqual([500, { error: "the service failed; its log says why" }]);
      const text = await service.noted(why);
      expect(text).not.toMatch(/answering\.cjs|service-worker\.js/);
    }
    const tooLarge = await service.post("/double", [1, 6]);
    expect(tooLarge.status).toBe(500);
    await service.noted("ShopService.double cannot answer: answer 1 does not fit the output schema");

    // While one is slow, others gather behind it, and share a call with one that throws.
    const slow = act(service, "slow");
    const others = ["a", "throw", "b"].map((row) => act(service, row));
    expect((await slow)[0]).toBe(200);
    expect((await Promise.all(others)).map(([status]) => status)).toEqual([200, 500, 200]);
    expect(service.workers()).toHaveLength(1);
  },
);

test(
  "a process that exits, is killed or throws later is replaced, and its requests are answered with 503",
  { timeout: 300_000 },
  async () => {
    const service = await startService(serviceProject(HONEST_AND_NOT));
    const ended = { error: "the process that was to answer has ended: exit code 3" };
    expect(await act(service, "exit")).toEqual([503, ended]);
    await answersAgain(service);

    const slow = act(service, "slow");
    await expect.poll(async () => (await service.get("/metrics")).text()).toMatch(/^millrace_requests_running 1$/m);
    for (const pid of service.workers()) process.kill(pid, "SIGKILL");
    expect((await slow)[0]).toBe(503);
    await answersAgain(service);

    expect((await act(service, "later"))[0]).toBe(200);
    await expect
      .poll(async () => (await service.get("/metrics")).text())
      .toMatch(/^millrace_worker_restarts_total 3$/m);
    await answersAgain(service);
  },
);

test(
  "a method that hangs or blocks its process is ended after the timeout, and its request answered with 504",
  { timeout: 300_000 },
  async () => {
    const service = await startService(serviceProject(HONEST_AND_NOT), { args: ["--timeout", "1s"] });
    for (const row of ["block", "hang"]) {
      expect(await act(service, row)).toEqual([504, { error: "the deadline has passed" }]);
      await service.noted("it took longer than 1000 ms for a batch");
      await answersAgain(service);
    }
    // A client that is in a hurry ends no process.
    const before = service.workers();
    const hurried = await service.post("/act", '"slow"', { "x-timeout-ms": "50" });
    expect(hurried.status).toBe(504);
    await answersAgain(service);
    expect(service.workers()).toEqual(before);
    // One that leaves is counted once, as what it is.
    const metrics = async () => (await service.get("/metrics")).text();
    const leaving = new AbortController();
    const left = fetch(`${service.address}/act`, { method: "POST", body: '"slow"', signal: leaving.signal });
    await expect.poll(metrics).toMatch(/^millrace_requests_running 1$/m);
    leaving.abort();
    await expect(left).rejects.toThrow("aborted");
    await expect.poll(metrics).toContain('status="499"} 1\n');
    const answered = async () => /status="200"} (\d+)\n/.exec(await metrics())?.[1];
    const known = await answered();
    await expect.poll(metrics).toMatch(/^millrace_requests_running 0$/m);
    expect(await answered()).toBe(known);
    await answersAgain(service);
  },
);

test(
  "requests that would wait too long are refused with 429, and those that are taken are answered",
  { timeout: 300_000 },
  async () => {
    const service = await startService(serviceProject(HONEST_AND_NOT), { args: ["--max-queue", "3"] });
    const slow = act(service, "slow");
    await expect.poll(async () => (await service.get("/metrics")).text()).toMatch(/^millrace_requests_running 1$/m);
    const responses = await Promise.all(Array.from({ length: 8 }, () => service.post("/act", '"fine"')));
    const refused = responses.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(5);
    for (const { headers } of refused) expect(Number(headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(3);
    expect((await slow)[0]).toBe(200);
  },
);

test("SIGTERM ends the server once all that has come is answered", { timeout: 300_000 }, async () => {
  const service = await startService(serviceProject(HONEST_AND_NOT));
  const slow = act(service, "slow");
  await expect.poll(async () => (await service.get("/metrics")).text()).toMatch(/^millrace_requests_running 1$/m);
  const workers = service.workers();
  const ended = service.stop();
  expect(await slow).toEqual([200, "SLOW"]);
  expect(await ended).toEqual({ code: 0, signal: null });
  for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow();
});

test("the workers of a server that was killed end by themselves", { timeout: 300_000 }, async () => {
  const service = await startService(serviceProject(HONEST_AND_NOT), { args: ["--workers", "2"] });
  const workers = service.workers();
  expect(workers).toHaveLength(2);
  expect(await service.stop("SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
  await expect.poll(() => workers.filter(isAlive), { timeout: 20_000 }).toEqual([]);
});

test("a worker whose code blocks it ends as well when its server was killed", { timeout: 300_000 }, async () => {
  const service = await startService(serviceProject(HONEST_AND_NOT));
  const workers = service.workers();
  expect(workers).toHaveLength(1);
  const blocked = act(service, "block").catch(() => null);
  await expect.poll(async () => (await service.get("/metrics")).text()).toMatch(/^millrace_requests_running 1$/m);
  await service.stop("SIGKILL");
  await blocked;
  await expect.poll(() => workers.filter(isAlive), { timeout: 60_000 }).toEqual([]);
});

test("connections that ask nothing do not keep a server from ending", { timeout: 300_000 }, async () => {
  const service = await startService(serviceProject(HONEST_AND_NOT), { args: ["--grace", "200s"] });
  const port = Number(new URL(service.address).port);
  const sockets = ["", "POST /ac"].map((text) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write(text);
    return socket;
  });
  expect(await act(service, ["fine"])).toEqual([200, ["FINE"]]);
  const startedAt = performance.now();
  expect(await service.stop()).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedAt).toBeLessThan(100_000);
  for (const socket of sockets) socket.destroy();
});

test("a duration that no timer takes is refused", { timeout: 300_000 }, async () => {
  const started = startService(serviceProject(HONEST_AND_NOT), { args: ["--grace", "30d"] });
  await expect(started).rejects.toThrow("It must be less than 24 days");
});

test("what nobody waits for any more is not computed", { timeout: 300_000 }, async () => {
  const folder = serviceProject(HONEST_AND_NOT);
  const service = await startService(folder);
  const metrics = async () => (await service.get("/metrics")).text();
  const first = act(service, "until go");
  await expect.poll(metrics).toMatch(/^millrace_requests_running 1$/m);
  const gone = new AbortController();
  const left = fetch(`${service.address}/act`, { method: "POST", body: '"exit"', signal: gone.signal });
  const refused = expect(left).rejects.toThrow();
  await expect.poll(metrics).toMatch(/^millrace_requests_waiting 1$/m);
  gone.abort();
  await refused;
  await expect.poll(metrics).toMatch(/^millrace_requests_waiting 0$/m);
  fs.writeFileSync(path.join(folder, "go"), "");
  expect(await first).toEqual([200, "UNTIL GO"]);
  // Had the other been asked, it would have ended the process.
  expect(await act(service, ["fine"])).toEqual([200, ["FINE"]]);
  expect(await metrics()).toMatch(/^millrace_worker_restarts_total 0$/m);
});

/** A process that has ended may be there until somebody asks how. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
