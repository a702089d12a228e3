import { expect, onTestFinished, test, vi } from "vitest";
import { onInterrupt } from "../../runtime/cli/on-interrupt.ts";

/** Gives what was passed on of signals that come at these times, in milliseconds. */
function passedOn(times: readonly number[]): { reasons: string[]; said: string[] } {
  const [reasons, said]: [string[], string[]] = [[], []];
  const interruption = onInterrupt(
    (reason) => reasons.push(reason),
    (text) => said.push(text),
  );
  const now = vi.spyOn(performance, "now");
  onTestFinished(() => {
    interruption.stop();
    now.mockRestore();
  });
  for (const time of times) {
    now.mockReturnValue(time);
    process.emit("SIGHUP", "SIGHUP");
  }
  return { reasons, said };
}

test("a signal that a program in front passes on again counts once", () => {
  expect(passedOn([0, 30, 240])).toEqual({
    reasons: ["interrupted by SIGHUP"],
    said: ["interrupted: the running tasks are asked to stop; again to kill them"],
  });
});

test("a second one is passed on, and a third is the system's", () => {
  const before = process.listenerCount("SIGHUP");
  expect(passedOn([0, 300, 900]).reasons).toHaveLength(2);
  expect(process.listenerCount("SIGHUP")).toBe(before);
});
