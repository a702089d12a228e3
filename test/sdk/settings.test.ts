import { describe, expect, test } from "vitest";
import { resolveSettings } from "../../sdk/decorators/resolve-settings.ts";
import { retryFilterOf } from "../../sdk/decorators/retry.ts";
import { parseWith } from "../../sdk/decorators/parse-with.ts";
import { type DecoratorUse, usesForEveryStep } from "../../sdk/base/metadata.ts";
import type { OwnDecorator } from "../../sdk/base/own-decorator.ts";
import type { AddedUse } from "../../sdk/decorators/effective-uses.ts";
import { FlowSpec, retry } from "../../sdk/index.ts";

function use(decorator: string, options: unknown = {}): DecoratorUse {
  return { decorator, options };
}
function resolve(...uses: DecoratorUse[]) {
  return resolveSettings(uses, { configs: { gpus: 3 }, step: "train" });
}

describe("settings", () => {
  test("of a step without decorators are empty", () => {
    expect(resolve()).toEqual({});
  });

  test("of @retry have its defaults", () => {
    expect(resolve(use("retry"))).toEqual({
      retry: { times: 3, delayMs: 0, backoff: 1, maxDelayMs: null, jitter: true, hasFilter: false },
    });
  });

  test.each([
    ["500ms", 500],
    ["1.5s", 1500],
    ["5m", 300_000],
    ["1h", 3_600_000],
    ["1d", 86_400_000],
    [2, 2000],
  ])("read the duration %s as %d ms", (delay, delayMs) => {
    expect(resolve(use("retry", { delay })).retry?.delayMs).toBe(delayMs);
  });

  test("add up the parts of @timeout", () => {
    expect(resolve(use("timeout", { minutes: 1, seconds: 30 }))).toEqual({ timeoutMs: 90_000 });
  });

  test("of @reuse have its defaults", () => {
    expect(resolve(use("reuse"))).toEqual({ reuse: { maxTasks: 100, idleMs: 30_000 } });
    expect(resolve(use("reuse", { maxTasks: 5, idle: "1m" }))).toEqual({ reuse: { maxTasks: 5, idleMs: 60_000 } });
  });

  test("hold the name that @catchError stores under, or null", () => {
    expect(resolve(use("catchError", { as: "problem" }))).toEqual({ catchAs: "problem" });
    expect(resolve(use("catchError"))).toEqual({ catchAs: null });
  });

  test("take the text of environment variables", () => {
    expect(resolve(use("env", { vars: { SEED: 7, FLAG: true } })).env).toEqual({
      vars: { SEED: "7", FLAG: "true" },
      packages: {},
      image: null,
      node: null,
    });
  });

  test("merge resources by maximum, defaults apart", () => {
    expect(resolve(use("resources", { cpu: 8, disk: 100 }), use("batch", { cpu: 2, memory: 2000 }))).toEqual({
      resources: {
        cpu: 8,
        gpu: 0,
        memoryMb: 2000,
        diskMb: 100,
        sharedMemoryMb: null,
        asked: ["cpu", "memoryMb", "diskMb"],
      },
      engine: { name: "batch", options: {} },
    });
  });

  test("fill in what an engine's decorator leaves out", () => {
    expect(resolve(use("batch", { queue: "gpus" }))).toEqual({
      resources: { cpu: 1, gpu: 0, memoryMb: 4096, diskMb: null, sharedMemoryMb: null, asked: [] },
      engine: { name: "batch", options: { queue: "gpus" } },
    });
  });

  test("are computed from the configuration", () => {
    const options = (configs: { gpus: number }) => ({ gpu: configs.gpus });
    expect(resolve(use("batch", options)).resources?.gpu).toBe(3);
  });

  test.each([
    [
      use("retry", { tims: 2 }),
      "Cannot use @retry because it has no option tims\n  at step train\n  hint: did you mean times?",
    ],
    [use("retry", { times: -1 }), "times must be a whole number of at least 0: -1"],
    [use("retry", { times: "2" }), "times must be a whole number of at least 0: '2'"],
    [
      use("retry", { delay: "soon" }),
      'delay must be a duration: "500ms", "10s", "5m", "1h", or a number of seconds: \'soon\'',
    ],
    [use("retry", { on: "always" }), "on must be a function"],
    [use("retry", 3), "Cannot use @retry because its options are an object: 3"],
    [use("reuse", { maxTasks: 0 }), "maxTasks must be a whole number of at least 1: 0"],
    [use("reuse", { idle: "2d" }), "a job that is idle for more than a day is forgotten"],
    [use("timeout"), "Cannot use @timeout because it sets no limit"],
    [use("catchError", { as: "_x" }), "no artifact can be called _x"],
    [
      use("batch", { memory: "16GB" }),
      "memory must be a number of at least 1, or a function of the attempt that returns one: '16GB'",
    ],
    [use("batch", { platform: "lambda" }), 'platform must be "ec2" or "fargate"'],
    [use("env", { packages: ["x"] }), "packages must be an object of texts"],
    [
      use("retri"),
      "Cannot use decorator retri because there is no such decorator\n  at step train\n  hint: did you mean retry?",
    ],
  ])("refuse $decorator $options", (wrong, message) => {
    expect(() => resolve(wrong)).toThrow(message);
  });

  test("refuse a decorator used twice and two engines", () => {
    expect(() => resolve(use("retry"), use("retry"))).toThrow("Cannot use @retry twice on step train");
    expect(() => resolve(use("batch"), use("docker"))).toThrow("it names two engines: batch and docker");
  });
});

const TUNED: OwnDecorator = {
  ...{ name: "tuned", options: { memory: 0, region: "" }, before: null, around: null, after: null },
  settings: (given) => {
    const { memory, region } = given as { memory: number; region: string };
    return {
      ...(memory > 0 && { resources: { memory }, retry: { times: 1 } }),
      ...(region !== "" && { env: { vars: { REGION: region, TUNED: "yes" } } }),
    };
  },
};
function tuned(options: object, place: Pick<DecoratorUse, "on"> | Pick<AddedUse, "isAdded"> = {}): DecoratorUse {
  return { decorator: "tuned", options, own: TUNED, ...place };
}
class AnyFlow {}

describe("settings that a decorator of one's own adds", () => {
  test.each([
    ["before the class", { on: AnyFlow }],
    ["added by --with", { isAdded: true as const }],
  ])("do not count for a use %s that the step's own overrides", (_, place) => {
    expect(resolve(tuned({ memory: 0 }), tuned({ memory: 7000 }, place))).toEqual({ own: [{ name: "tuned" }] });
  });

  test("are laid under the code's where --with adds it, which what --with itself names is not", () => {
    const inCode = [use("env", { vars: { REGION: "eu" } }), use("resources", { cpu: 2 })];
    const added = tuned({ memory: 7000, region: "us" }, { isAdded: true });
    const plain: AddedUse = { ...use("env", { vars: { PLAIN: "1" } }), isAdded: true };
    expect(resolve(...inCode, added, plain)).toMatchObject({
      env: { vars: { REGION: "eu", TUNED: "yes" } },
      resources: { cpu: 2, memoryMb: 7000 },
      retry: { times: 1 },
    });
    expect(resolve(...inCode, added, plain).env?.vars).not.toHaveProperty("PLAIN");
  });
});

test("of two classes of one name, what the nearer says counts", () => {
  const shared = (() => {
    @retry({ times: 3 })
    class TrainFlow extends FlowSpec {}
    return { TrainFlow };
  })();
  @retry({ times: 1 })
  class TrainFlow extends shared.TrainFlow {}
  expect(resolve(...usesForEveryStep(TrainFlow)).retry?.times).toBe(1);
});

describe("--with", () => {
  test.each([
    ["retry", {}],
    ["retry:times=2,delay=5s,jitter=false", { times: 2, delay: "5s", jitter: false }],
    ["retry:jitter", { jitter: true }],
    ["@batch:gpu=1, memory=16000,image=repo/name:tag", { gpu: 1, memory: 16_000, image: "repo/name:tag" }],
    [
      'batch:tags={"team":"ml","kind":"a,b}"},hostVolumes=["/a","/b"],cpu=2',
      { tags: { team: "ml", kind: "a,b}" }, hostVolumes: ["/a", "/b"], cpu: 2 },
    ],
    ["batch:hostVolumes=/data:/mnt", { hostVolumes: ["/data:/mnt"] }],
  ])("reads %s", (text, options) => {
    expect(parseWith(text).options).toEqual(options);
  });

  test.each([
    ["retri", "did you mean retry?"],
    ["retry:time=2", "did you mean times?"],
    ["retry:times", "write retry:times=…, a whole number of at least 0"],
    ["retry:times=two", "times must be a whole number of at least 0: 'two'"],
    ["retry:on=x", "on must be a function, which only the code can give"],
    ["timeout", "it sets no limit"],
  ])("refuses %s", (text, message) => {
    expect(() => parseWith(text)).toThrow(message);
  });

  test("gives way to the same decorator in the code", () => {
    const code = [use("retry", { times: 7 })];
    const all = [...code, parseWith("retry:times=1"), parseWith("timeout:minutes=1")];
    expect(resolve(...all)).toMatchObject({ retry: { times: 7 }, timeoutMs: 60_000 });
  });

  test("goes before another engine in the code; what that was asked for does not count, what @resources says does", () => {
    const all = [use("batch", { gpu: 2 }), use("resources", { cpu: 3 }), parseWith("docker:memory=512")];
    const resources = { gpu: 0, cpu: 3, memoryMb: 512 };
    expect(resolve(...all)).toMatchObject({ engine: { name: "docker" }, resources });
  });
});

test("the filter of @retry stays reachable", () => {
  const on = (error: unknown) => error instanceof TypeError;
  expect(retryFilterOf([use("retry", { on })])).toBe(on);
  expect(retryFilterOf([use("retry", () => ({ on }))])).toBe(on);
  expect(retryFilterOf([use("timeout")])).toBeNull();
  expect(resolve(use("retry", { on })).retry?.hasFilter).toBe(true);
});
