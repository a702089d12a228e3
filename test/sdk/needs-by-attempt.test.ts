import { describe, expect, test } from "vitest";
import { resolveSettings } from "../../sdk/decorators/resolve-settings.ts";
import { needsAt } from "../../sdk/base/needs-at.ts";
import type { DecoratorUse } from "../../sdk/base/metadata.ts";

function resourcesOf(...uses: readonly DecoratorUse[]) {
  return resolveSettings(uses, { configs: { base: 500 }, step: "train" }).resources!;
}

const DOUBLED = { memory: ({ attempt }: { attempt: number }) => 4000 * 2 ** attempt };

function retry(times: number): DecoratorUse {
  return { decorator: "retry", options: { times } };
}

function resources(options: unknown): DecoratorUse {
  return { decorator: "resources", options };
}

describe("needs that depend on the attempt", () => {
  test("are known for every attempt that @retry allows, and the last counts for all that interruptions add", () => {
    const asked = resourcesOf(retry(2), resources(DOUBLED));
    expect(asked).toMatchObject({ memoryMb: 4000, later: [{ memoryMb: 8000 }, { memoryMb: 16_000 }] });
    expect([0, 1, 2, 3, 9].map((attempt) => needsAt(asked, attempt).memoryMb)).toEqual([
      4000, 8000, 16_000, 16_000, 16_000,
    ]);
  });

  test("are those of the only attempt without @retry", () => {
    expect(resourcesOf(resources(DOUBLED))).not.toHaveProperty("later");
  });

  test("end where they no longer change", () => {
    const capped = { memory: ({ attempt }: { attempt: number }) => Math.min(4000 * 2 ** attempt, 8000), cpu: 2 };
    expect(resourcesOf(retry(5), resources(capped)).later).toEqual([
      { cpu: 2, gpu: 0, memoryMb: 8000, diskMb: null, sharedMemoryMb: null },
    ]);
  });

  test("of several decorators are the larger ones for each attempt, of every option and of configurations", () => {
    const asked = resourcesOf(
      retry(1),
      resources((configs: { base: number }) => ({
        memory: ({ attempt }: { attempt: number }) => configs.base * 1.1 ** (attempt + 1),
      })),
      { decorator: "docker", options: { memory: 560, cpu: ({ attempt }: { attempt: number }) => 1 + attempt } },
    );
    expect([0, 1].map((attempt) => needsAt(asked, attempt))).toMatchObject([
      { memoryMb: 560, cpu: 1 },
      { memoryMb: 606, cpu: 2 },
    ]);
  });

  test("of a class are those of a step that names none itself", () => {
    const before = { ...resources(DOUBLED), on: class TrainFlow {} };
    expect(resourcesOf(retry(1), resources({ cpu: 2 }), before)).toMatchObject({
      cpu: 2,
      memoryMb: 4000,
      later: [{ cpu: 2, memoryMb: 8000 }],
    });
  });

  test("are as many as a record can hold, however often a step may be tried", () => {
    expect(
      resourcesOf(retry(1e9), resources({ memory: ({ attempt }: { attempt: number }) => 1 + attempt })).later,
    ).toHaveLength(99);
  });

  test.each([
    [{ memory: () => -1 }, "memory of attempt 0 of step train must be a number of at least 1: -1"],
    [{ memory: () => Number.NaN }, "must be a number of at least 1: NaN"],
    [{ memory: () => "8 GB" }, "must be a number of at least 1: '8 GB'"],
    [{ memory: async () => Promise.resolve(4000) }, "must be a number of at least 1: Promise"],
    [
      { cpu: ({ attempt }: { attempt: number }) => 1 - attempt },
      "cpu of attempt 1 of step train must be a number of at least 0.01: 0",
    ],
    [{ gpu: () => 0.5 }, "gpu of attempt 0 of step train must be a whole number of at least 0: 0.5"],
    [
      {
        disk: () => {
          throw new Error("no idea");
        },
      },
      "disk of attempt 0 of step train cannot be computed: no idea",
    ],
    [
      { memory: "8 GB" },
      "memory must be a number of at least 1, or a function of the attempt that returns one: '8 GB'",
    ],
  ])("that are none are one error which names step and attempt: %#", (options, text) => {
    expect(() => resourcesOf(retry(2), resources(options))).toThrow(text);
  });
});
