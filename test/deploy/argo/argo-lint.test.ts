import { expect, test } from "vitest";
import { argoDeployer } from "../../../runtime/deploy/argo/argo-deployer.ts";
import { ARGO_LINT, argoLint } from "../../rigs/argo/lint.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { SHAPES } from "../../matrix/shapes/all.ts";
import { methodsOf, planFor } from "./plan-for.ts";

const RETRY = { times: 2, delayMs: 1500, backoff: 2, maxDelayMs: 60_000, jitter: true, hasFilter: false };

describeWith(ARGO_LINT, "what Argo's own linter says of manifests", () => {
  test("every shape that is not refused is sound", () => {
    const plans = SHAPES.map((shape) => planFor(methodsOf(shape), { name: shape.name.replaceAll(" ", "-") }));
    const specs = plans.filter((plan) => argoDeployer.refusals(plan).length === 0);
    expect(specs).toHaveLength(SHAPES.length);
    expect(argoLint(new Map(specs.map((plan) => [plan.name, argoDeployer.spec(plan)])))).toBe("");
  });

  test("a step with all decorators, in each place of a foreach with a switch, is sound", () => {
    const settings = {
      retry: RETRY,
      catchAs: "error",
      timeoutMs: 60_000,
      concurrency: { limit: 1, key: null },
      resources: {
        cpu: 2,
        gpu: 1,
        memoryMb: 4096,
        diskMb: 100,
        sharedMemoryMb: 64,
        later: [{ cpu: 2, gpu: 1, memoryMb: 8192, diskMb: 100, sharedMemoryMb: 64 }],
      },
      engine: {
        name: "kubernetes",
        options: {
          serviceAccount: "trainer",
          nodeSelector: { pool: "large" },
          tolerations: [{ key: "gpu", operator: "Exists" }],
          labels: { team: "ml" },
          annotations: { note: "a" },
          secrets: ["token", "keys:/keys"],
          volumes: ["data:/data:ro"],
          tmpfs: 128,
          imagePullSecrets: ["registry"],
          imagePullPolicy: "Always",
          priorityClass: "high",
          overrides: {
            spec: {
              template: { spec: { containers: [{ name: "task", stdin: true }] }, metadata: { labels: { a: "b" } } },
            },
          },
        },
      },
    };
    const flow = `start() { this.next(this.each, { foreach: 'xs' }) } each(x) { this.next({ a: this.left, 'b c': this.in }, { condition: 'k' }) }
      left() { this.next(this.fit_all) } in() { this.next(this.fit_all) } fit_all() { this.next({ again: this.each, done: this.filter }, { condition: 'k' }) }
      filter() { this.next(this.join) } join(inputs) { this.next(this.end) } end() {}`;
    const names = ["start", "each", "left", "in", "fit_all", "filter", "join", "end"];
    const plan = planFor(flow, {
      settings: Object.fromEntries(names.map((name) => [name, settings])),
      triggers: {
        schedules: [
          { cron: "0 6 * * mon-fri", timezone: "Europe/Berlin", catchUp: "last", overlap: "skip" },
          { cron: "30 8 * jan 7", timezone: "Europe/Berlin", catchUp: "last", overlap: "skip" },
        ],
        events: [{ events: ["rates-arrived"], parameters: { date: "date" }, policy: "each" }],
      },
      version: { queue: { name: "nightly", priority: 5 } },
    });
    expect(argoDeployer.refusals(plan)).toEqual([]);
    expect(argoLint(new Map([["decorated", argoDeployer.spec(plan)]]))).toBe("");
  });
});
