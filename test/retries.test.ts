import { expect, test } from "vitest";
import { backoffMs, Retries, type RetryRules } from "../runtime/retries.ts";

const RULES: RetryRules = { firstDelayMs: () => 0, maxDelayMs: 0, maxTries: () => 5, isAnswer: () => true };

test("what fails is tried again until it goes well, and told how often it was tried", async () => {
  const tries: number[] = [];
  const value = await new Retries(RULES).run(async (tried) => {
    tries.push(tried);
    if (tried < 2) throw new Error("busy");
    return "done";
  });
  expect([value, tries]).toEqual(["done", [0, 1, 2]]);
});

test("the last error is thrown after the most tries, or at once where another cannot go well", async () => {
  expect(await triesOf(new Retries(RULES))).toBe(5);
  expect(await triesOf(new Retries(RULES), 2)).toBe(2);
  expect(await triesOf(new Retries({ ...RULES, firstDelayMs: () => null }))).toBe(1);
  expect(await triesOf(new Retries({ ...RULES, signal: AbortSignal.abort() }))).toBe(1);
});

test("where nothing has ever answered it is given up early", async () => {
  const retries = new Retries({ ...RULES, isAnswer: () => false });
  expect(await triesOf(retries)).toBe(3);
  await retries.run(async () => "hello");
  expect(await triesOf(retries)).toBe(5);
});

test("no try begins after the time that all may take", async () => {
  expect(await triesOf(new Retries({ ...RULES, maxTotalMs: -1 }))).toBe(1);
});

test("waits lie below a bound that doubles up to the longest", () => {
  const waits = (tries: number) =>
    Array.from({ length: 200 }, () => backoffMs(tries, { firstMs: 100, maxDelayMs: 1000 }));
  expect(Math.max(...waits(1))).toBeLessThan(100);
  expect(Math.max(...waits(2))).toBeLessThan(200);
  expect(Math.max(...waits(2))).toBeGreaterThan(100);
  expect(Math.max(...waits(9))).toBeLessThan(1000);
});

async function triesOf(retries: Retries, maxTries?: number): Promise<number> {
  let tries = 0;
  const tried = retries.run(async () => {
    tries += 1;
    throw new Error("away");
  }, maxTries);
  await expect(tried).rejects.toThrow("away");
  return tries;
}
