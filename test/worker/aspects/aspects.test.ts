import { describe, expect, test } from "vitest";
import type { StepSettings } from "../../../sdk/base/step-settings.ts";
import type { Aspect, Ending } from "../../../runtime/worker/aspects/aspect.ts";
import { AttemptAspects } from "../../../runtime/worker/aspects/attempt-aspects.ts";
import { ASPECTS, aspectsOf } from "../../../runtime/worker/aspects/index.ts";
import type { StepAttempt, StepCode } from "../../../runtime/worker/step-attempt.ts";
import { currentTask } from "../../../runtime/worker/current-task.ts";

const RETRY = { times: 1, delayMs: 0, backoff: 1, maxDelayMs: null, jitter: false };

/** Settings with which a step has a use for it. */
const USES: Readonly<Record<string, StepSettings>> = {
  secrets: { hasSecrets: true },
  catch: { catchAs: "error" },
  cache: { cache: { key: null, ttlMs: null } },
  checkpoint: { hasCheckpoint: true },
  card: { cards: [{ id: "default", title: null, type: null }] },
  kernels: {},
  features: {},
  models: {},
  "own decorators": { own: [{ name: "timed" }] },
  "retry filter": { retry: { ...RETRY, hasFilter: true } },
};

test("the list reads as the life of an attempt", () => {
  expect(ASPECTS.map(({ name }) => name)).toEqual(Object.keys(USES));
});

test("a step without decorators has only what any step may use", () => {
  expect(namesOf({})).toEqual(["kernels", "features", "models"]);
  expect(namesOf({ timeoutMs: 1, retry: { ...RETRY, hasFilter: false } })).toEqual(["kernels", "features", "models"]);
});

describe.each(ASPECTS.map((aspect) => [aspect.name, aspect] as const))("the aspect %s", (name, aspect) => {
  const settings = USES[name] ?? {};
  const attempt = attemptOf(settings);

  test("is for the steps whose settings ask for it", () => {
    expect(namesOf(settings)).toContain(name);
  });

  test("does nothing yet when an attempt begins", () => {
    // Whatever it touches of the flow's store throws.
    expect(() => aspect.begin?.(attempt)).not.toThrow();
  });

  test("gives current only what current has", () => {
    const { flow, spec } = attempt;
    const known = currentTask({
      flow,
      spec,
      signal: () => new AbortController().signal,
      tempDir: () => "",
      progress: () => undefined,
      log: () => undefined,
    });
    expect(Object.keys(known)).toEqual(expect.arrayContaining(Object.keys(aspect.begin?.(attempt).current ?? {})));
  });
});

describe("the aspects of an attempt", () => {
  test("are asked in their order, until one ends it", async () => {
    const asked: string[] = [];
    const saying = (name: string, ending: Ending | null): Aspect => ({
      name,
      isFor: () => true,
      begin: () => ({
        before() {
          asked.push(name);
          return ending;
        },
      }),
    });
    const error = { name: "Error", message: "gone" };
    const all = new AttemptAspects([saying("a", null), saying("b", { status: "caught", error }), saying("c", null)]);
    all.begin(attemptOf({}));
    expect(await all.before()).toEqual({ status: "caught", error });
    expect(asked).toEqual(["a", "b"]);
  });

  test("deserve another attempt unless one of them says no", async () => {
    const saying = (answer: boolean): Aspect => ({ name: "", isFor: () => true, mayRetry: async () => answer });
    const answer = (...answers: boolean[]) =>
      new AttemptAspects(answers.map(saying)).mayRetry(new Error(), {} as StepCode);
    expect([await answer(), await answer(true, true), await answer(true, false)]).toEqual([true, true, false]);
  });
});

function namesOf(settings: StepSettings): string[] {
  return aspectsOf(settings).map(({ name }) => name);
}

/** An attempt of a step on a store that must not be touched. */
function attemptOf(settings: StepSettings): StepAttempt {
  const untouchable = new Proxy({}, { get: (_, name) => fail(String(name)), set: (_, name) => fail(String(name)) });
  const flow = {
    ...{ storage: untouchable, blobs: untouchable, record: untouchable, store: untouchable },
    ...{ setup: { flow: "Flow", run: "1" }, document: { parameters: {}, configs: {}, tags: [], environments: {} } },
  };
  const node = { name: "work", settings };
  const spec = { task: 1, step: "work", path: "0", inputs: [], stack: [], caught: null, gang: null };
  return { flow, node, spec, method() {}, fields: untouchable, items: untouchable } as unknown as StepAttempt;
}

function fail(name: string): never {
  throw new Error(`touched ${name} of the store`);
}
