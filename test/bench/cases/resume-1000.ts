import { timeCommand, type Command } from "../command.ts";
import { metaflowForeach, millraceForeach, type ForeachFlow } from "../foreach-flow.ts";
import { freshFolder } from "../fresh-folder.ts";
import { measureScaled, scalingNote, type Scaling } from "../scaled.ts";
import type { BenchCase, Side } from "../bench-case.ts";

const TASKS = 1000;

export const resume1000: BenchCase = {
  name: "resume-1000",
  measures: `resume of a run whose foreach of ${TASKS} tasks is finished and whose last step failed`,
  runs: 5,
  prepare: async ({ folder, metaflow, metaflowTasks }) => ({
    first: await side("Millrace", { flow: millraceForeach(), folder, tasks: TASKS, measuredTasks: TASKS }),
    second:
      metaflow === null
        ? null
        : await side("Metaflow", {
            flow: metaflowForeach(metaflow),
            folder,
            tasks: TASKS,
            measuredTasks: metaflowTasks,
          }),
  }),
};

interface SideOptions extends Scaling {
  readonly flow: ForeachFlow;
  readonly folder: string;
}

/** The failed runs are made once, here; every measurement resumes the same ones. */
async function side(label: string, { flow, folder, ...scaling }: SideOptions): Promise<Side> {
  const resumes = new Map<number, Command>();
  for (const tasks of new Set([scaling.measuredTasks, 1])) {
    resumes.set(tasks, await flow.failedRun({ tasks, store: freshFolder(folder) }));
  }
  const measure = (tasks: number) => timeCommand(resumes.get(tasks)!);
  return { label, ...scalingNote(scaling), measure: () => measureScaled(measure, scaling), warmUp: () => measure(1) };
}
