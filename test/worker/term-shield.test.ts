import { afterEach, expect, test } from "vitest";
import { TermShield } from "../../runtime/worker/term-shield.ts";

// While somebody else listens, nothing ends this process.
function listens(): void {
  // Nothing to do.
}

process.on("SIGTERM", listens);
const before = process.listenerCount("SIGTERM");

afterEach(() => process.removeAllListeners("SIGTERM").on("SIGTERM", listens));

test("a SIGTERM that comes with the supervisor's word is not the end, and the supervisor's own is", () => {
  let now = 0;
  const shield = new TermShield(() => now);
  shield.raise();
  shield.raise();
  expect(process.listenerCount("SIGTERM")).toBe(before + 1);
  process.emit("SIGTERM");
  shield.asked();
  now = 1000;
  process.emit("SIGTERM");
  expect(process.listenerCount("SIGTERM")).toBe(before + 1);
  now = 3000;
  process.emit("SIGTERM");
  expect(process.listenerCount("SIGTERM")).toBe(before);
});
