import { timeCommand } from "../command.ts";
import { success } from "../foreach-flow.ts";
import { freshFolder } from "../fresh-folder.ts";
import { furtherTaskMs } from "../further-task-ms.ts";
import { millraceCommand } from "../millrace.ts";
import { measureScaled, scalingNote } from "../scaled.ts";
import type { BenchCase } from "../bench-case.ts";

const TASKS = 1000;
/** Without @reuse each task is a container: a thousand would take a quarter of an hour. */
const MEASURED_WITHOUT = 24;

export const reuse: BenchCase = {
  name: "reuse",
  measures: `foreach of ${TASKS} trivial tasks in containers (docker), with @reuse against without`,
  runs: 1,
  // It needs Docker and the image of the tests: scripts/ensure-docker.mjs.
  isLong: true,
  target: { atLeast: 20 },
  prepare: ({ folder }) => {
    const further: number[] = [];
    const run = async (tasks: number, decorators: readonly string[]) => {
      const store = freshFolder(folder);
      const added = decorators.flatMap((decorator) => ["--with", decorator]);
      const args = ["run", "--count", `${tasks}`, ...added, "--datastore", store];
      const env = { MILLRACE_IMAGE: process.env["MILLRACE_IMAGE"] ?? "millrace-test:local" };
      const wallMs = await timeCommand(millraceCommand("foreach.ts", { args, env, expects: success(tasks) }));
      if (tasks === TASKS) further.push(furtherTaskMs(store));
      return wallMs;
    };
    const scaling = { tasks: TASKS, measuredTasks: MEASURED_WITHOUT };
    return Promise.resolve({
      first: {
        label: "with @reuse",
        measure: () => run(TASKS, ["docker", "reuse"]),
        warmUp: () => run(1, ["docker", "reuse"]),
        figures: () => [
          { label: "a task beyond the first of its job", unit: "ms" as const, samples: further, atMost: 5 },
        ],
      },
      second: {
        label: "without",
        ...scalingNote(scaling),
        measure: () => measureScaled((tasks) => run(tasks, ["docker"]), scaling),
        warmUp: () => Promise.resolve(),
      },
    });
  },
};
