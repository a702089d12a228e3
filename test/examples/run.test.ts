import { describe, expect, test } from "vitest";
import path from "node:path";
import { logOf, readArtifacts, ROOT, runFlow } from "../rigs/harness.ts";

// npm installs the packages of @env on a fresh machine.
const SLOW = 180_000;

describe("the examples run as they stand", () => {
  test("hello greets everybody it is given", async () => {
    const run = await runFlow(path.join(ROOT, "examples/hello.ts"), ["run", "--names", "Ada,Grace"]);
    expect(run.code).toBe(0);
    expect(logOf(run, "end")).toBe("Hello, Ada!\nHello, Grace!\n");
  });

  test(
    "recsys fits its two models with different versions of one package, and together they beat each alone",
    async () => {
      const run = await runFlow(path.join(ROOT, "examples/recsys/flow.ts"));
      expect(run.code).toBe(0);
      const { versions, errors } = readArtifacts(run, "end") as {
        versions: Record<string, string>;
        errors: Record<string, number>;
      };
      expect(versions).toEqual({ fitA: "6.10.4", fitB: "6.12.1" });
      expect(errors.ensemble).toBeLessThan(Math.min(errors.fitA!, errors.fitB!));
      expect(errors.fitA!).toBeLessThan(errors.mean!);
    },
    SLOW,
  );

  test(
    "spam tells held-out mail apart far better than calling nothing spam",
    async () => {
      const run = await runFlow(path.join(ROOT, "examples/spam/flow.ts"));
      expect(run.code).toBe(0);
      const text = logOf(run, "end");
      const accuracy = (name: string) => Number(new RegExp(`${name} +([\\d.]+) %`).exec(text)?.[1]);
      expect(accuracy("logistic regression")).toBeGreaterThan(accuracy("calling nothing spam") + 20);
      expect(accuracy("naive Bayes")).toBeGreaterThan(accuracy("calling nothing spam") + 20);
    },
    SLOW,
  );
});
