import { expect, onTestFinished, test, vi } from "vitest";
import { watchForStop } from "../../../runtime/launch/run/watch-for-stop.ts";
import type { StopRequest } from "../../../runtime/datastore/kinds/stop.ts";

const REQUEST: StopRequest = { format: 1, time: 0, username: "ada", host: "vm" };

/** A run that looks for a request which comes when the test says so, on a clock that the test moves. */
function watching({ isRemote = false } = {}) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const told: unknown[] = [];
  const answers: ((request: StopRequest | null) => void)[] = [];
  const look = () => new Promise<StopRequest | null>((resolve) => answers.push(resolve));
  const close = watchForStop(
    { look },
    {
      isRemote,
      onStop: (request) => told.push(request),
      onError: (error) => told.push(error),
    },
  );
  onTestFinished(close);
  return { told, answers, close };
}

test("a folder is looked at every second, a bucket once a heartbeat", async () => {
  for (const { isRemote, looks } of [
    { isRemote: false, looks: 30 },
    { isRemote: true, looks: 3 },
  ]) {
    const { answers, close } = watching({ isRemote });
    for (let second = 0; second < 30; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
      answers.at(-1)?.(null);
    }
    expect(answers).toHaveLength(looks);
    close();
  }
});

test("a request is told once, and a slow look is not joined by others", async () => {
  const { told, answers } = watching();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(answers).toHaveLength(1);
  answers[0]?.(REQUEST);
  await vi.advanceTimersByTimeAsync(5_000);
  expect([told, answers.length]).toEqual([[REQUEST], 1]);
});

test("an answer that comes when the run is over is not told", async () => {
  const { told, answers, close } = watching();
  await vi.advanceTimersByTimeAsync(1_000);
  close();
  answers[0]?.(REQUEST);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual([]);
});
