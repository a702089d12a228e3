import { describe, expect, test } from "vitest";
import { argoDeployer } from "../../../runtime/deploy/argo/argo-deployer.ts";
import { FOREACH, planFor, type PlanForOptions } from "./plan-for.ts";

describe("what Argo cannot run is refused, by step and reason", () => {
  const reasons = (body: string, of: PlanForOptions = {}) =>
    argoDeployer.refusals(planFor(body, of)).map(({ step, reason }) => `${step ?? "-"}: ${reason}`);
  const schedule = { cron: "0 6 * * *", timezone: "Europe/Berlin", catchUp: "last", overlap: "skip" } as const;

  test("steps elsewhere, odd cases, and limits that Argo has no word for", () => {
    const body = `start() { this.next({ "it's": this.a, b: this.end }, { condition: 'k' }) } a() { this.next(this.end) } end() {}`;
    const settings = {
      a: {
        concurrency: { limit: 2, key: null },
        retry: { times: 1, delayMs: 100, backoff: 1.5, maxDelayMs: null, jitter: true, hasFilter: false },
        engine: { name: "kubernetes", options: { namespace: "other", overrides: { spec: { backoffLimit: 1 } } } },
      },
    };
    expect(reasons(body, { settings, engines: { end: "batch" } })).toEqual([
      expect.stringContaining('start: its case "it\'s" cannot be written'),
      expect.stringContaining("a: the delays of @retry grow by 1.5"),
      expect.stringContaining("a: @concurrency limits it to 2"),
      expect.stringContaining("a: overrides: spec.backoffLimit"),
      expect.stringContaining("a: overrides: spec.backoffLimit; Argo makes pods"),
      expect.stringContaining("a: its namespace is other"),
      expect.stringContaining("end: it runs on the engine batch"),
    ]);
  });

  test("texts that Argo would take for its own", () => {
    const body = `start() { this.next(this.end) } end() {}`;
    const note = (text: string) => ({
      start: { engine: { name: "kubernetes", options: { annotations: { note: text } } } },
    });
    expect(reasons(body, { settings: note("{{workflow.name}}") })).toEqual([
      expect.stringMatching(/^start: .*hold {{/),
    ]);
    expect(reasons(body, { settings: note("{workflow.name}") })).toEqual([]);
  });

  test("a time that clocks show twice or never, unless every hour counts", () => {
    const at = (cron: string, timezone = "Europe/Berlin") =>
      reasons(FOREACH, { triggers: { schedules: [{ ...schedule, cron, timezone }] } });
    expect(at("30 2 * * *")).toEqual([
      expect.stringMatching(/30 2 \* \* \* falls on 02:30 on 2026-03-29.*Argo would fire twice/),
    ]);
    expect(at("30 2 1 10 *")).toEqual([]);
    expect(at("30 2 25 10 *")).toEqual([expect.stringContaining("02:30 on 2026-10-25")]);
    for (const fine of ["30 1 * * *", "0 3 * * *", "*/30 * * * *", "0 * * * *"]) expect(at(fine)).toEqual([]);
    expect(at("30 2 * * *", "UTC")).toEqual([]);
    expect(at("30 1 * * *", "America/New_York")).toEqual([expect.stringContaining("01:30 on 2026-11-01")]);
    expect(at("15 2 * * *", "Australia/Lord_Howe")).toEqual([expect.stringContaining("02:15 on 2026-10-04")]);
  });

  test("rules of schedules and triggers that Argo would bend", () => {
    const other = { ...schedule, timezone: "UTC" };
    const events = [
      { events: ["a"], parameters: {}, policy: "batch" },
      { events: ["a", "b"], parameters: { x: "x" }, policy: "each" },
    ] as const;
    const triggers = {
      schedules: [{ ...schedule, catchUp: "all" as const }, other],
      events,
      finishes: [{ flow: "EtlFlow" }],
    };
    expect(reasons(FOREACH, { triggers })).toEqual([
      expect.stringContaining("catches up on all it missed"),
      expect.stringContaining("several time zones"),
      expect.stringContaining("makes batches"),
      expect.stringContaining("takes parameters of several events"),
      expect.stringContaining("@triggerOnFinish of EtlFlow"),
    ]);
  });

  test("a gang is started as a whole: nothing limits it, or it is refused", () => {
    const body = `start() { this.next(this.g, { numParallel: 2 }) } g() { this.next(this.j) } j(inputs) { this.next(this.end) } end() {}`;
    expect(reasons(body)).toEqual([]);
    const { items } = JSON.parse(argoDeployer.spec(planFor(body))) as { items: readonly { spec: object }[] };
    expect(items[0]?.spec).not.toHaveProperty("parallelism");
    const { options } = planFor(body).version;
    expect(reasons(body, { version: { options: { ...options, maxWorkers: 4 } } })).toEqual([
      expect.stringContaining("start: the tasks of its gang wait for each other"),
    ]);
  });

  test("a workflow that is larger than an object may be; one of 200 steps is not", () => {
    const long = (count: number) =>
      `start() { this.next(this.s0) } ${Array.from({ length: count }, (_, at) => `s${at}() { this.next(this.${at === count - 1 ? "end" : `s${at + 1}`}) }`).join(" ")} end() {}`;
    expect(reasons(long(200))).toEqual([]);
    const note = { engine: { name: "kubernetes", options: { annotations: { note: "x".repeat(10_000) } } } };
    const settings = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`s${at}`, note]));
    expect(reasons(long(100), { settings })).toEqual([expect.stringMatching(/its workflow takes \d+ bytes/)]);
  });
});
