import { expect, test } from "vitest";
import type { UnderTest } from "./backend-contract.ts";

const DEATHS = [
  { step: "dies", says: "about to die", how: "SIGKILL" },
  { step: "exits", says: "about to exit", how: "exited with code 3" },
] as const;

export function deaths(under: () => UnderTest): void {
  test("a process that dies is a crash that says how, and leaves its output", async () => {
    const { trial, first } = under();
    const tasks = DEATHS.map(({ step }) => trial.start(step, { inputs: [first] }));
    const outcomes = await Promise.all(tasks.map((task) => trial.endOf(task)));
    for (const [at, { says, how }] of DEATHS.entries()) {
      expect(outcomes[at]).toMatchObject({ status: "failed", isCrash: true, isRetryable: true });
      expect(outcomes[at]).toMatchObject({
        error: { code: "MILLRACE_PROCESS_ENDED", message: expect.stringContaining(how) },
      });
      expect(trial.linesOf(tasks[at] ?? -1)).toEqual([says]);
    }
  });
}
