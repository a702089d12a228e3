import path from "node:path";
import { expect, test } from "vitest";
import { readArtifacts, runFlow, tasksOf } from "../../rigs/harness.ts";
import { makeProject } from "../../rigs/project.ts";

test("a step that waits for its signal waits until its time limit; one that can never go on is told so at once", async () => {
  const run = await runFlow("waits.ts");
  expect(run.code, run.stderr).toBe(0);
  expect(readArtifacts(run, "end")["failures"]).toEqual({
    listener: "TimeoutError",
    onabort: "TimeoutError",
    "AbortSignal.any": "TimeoutError",
    "events.once": "TimeoutError",
    "a timer that holds nothing up": "TimeoutError",
    "looks again and again": "TimeoutError",
    "no signal": "NeverSettles",
    "a signal that was read once": "NeverSettles",
    "a listener that was taken back": "NeverSettles",
    "a signal of its own": "NeverSettles",
  });
});

test("a step without a time limit waits for its signal until the failure of another step ends the run", async () => {
  const folder = makeProject({
    "flow.ts": `
      import { FlowSpec, current, main, step } from "millrace";
      class SiblingFlow extends FlowSpec {
        @step start() { this.next(this.listens, this.fails); }
        @step async listens() {
          await new Promise((resolve) => current.signal.addEventListener("abort", resolve));
          throw current.signal.reason;
          this.next(this.join);
        }
        @step async fails() {
          await new Promise((resolve) => setTimeout(resolve, 2500));
          if (current.attempt === 0) throw new Error("on purpose");
          this.next(this.join);
        }
        @step join(inputs: unknown) { this.next(this.end); }
        @step end() {}
      }
      main(SiblingFlow);
    `,
  });
  const run = await runFlow(path.join(folder, "flow.ts"), ["run", "--max-workers", "2"]);
  expect(run.code).toBe(1);
  const [listens] = tasksOf(run, "listens");
  expect(listens?.error).toMatchObject({ name: "AbortError", message: "the run stops: fails failed" });
});
