import { expect, test } from "vitest";
import { GANG } from "./flows.ts";
import { rig } from "./rig.ts";

test("a member of a gang that has failed for good stops the others, with --on-failure finish too: they may wait for it", async () => {
  const settings = {
    node: { retry: { times: 1, delayMs: 10, backoff: 1, maxDelayMs: null, jitter: false, hasFilter: false } },
  };
  const run = rig(GANG, { sizes: { start: 3 }, onFailure: "finish", settings });
  run.succeed("start");
  // One waits for its next attempt, one fails for good, one runs.
  run.fail("node");
  run.fail("node", { isRetryable: false });
  const reason = "the gang stops: node/3 failed";
  expect(run.backend.stopped).toEqual([{ task: 2, reason }]);
  run.fail("node", { isRetryable: true });
  run.clock.advance(1000);
  expect(await run.end).toMatchObject({ status: "failed", failures: 1, firstFailure: { step: "node", task: 3 } });
  expect(run.backend.started).toHaveLength(4);
  const cancelled = run.events.filter((event) => event.type === "task-failed" && event.isCancelled);
  expect(cancelled).toMatchObject([{ task: 2 }, { task: 4, attempt: 1, error: { message: reason } }]);
});
