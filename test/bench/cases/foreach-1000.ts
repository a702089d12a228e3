import { timeCommand } from "../command.ts";
import { metaflowForeach, millraceForeach, type ForeachFlow } from "../foreach-flow.ts";
import { freshFolder } from "../fresh-folder.ts";
import { measureScaled, scalingNote, type Scaling } from "../scaled.ts";
import type { BenchCase, Side } from "../bench-case.ts";

const TASKS = 1000;

export const foreach1000: BenchCase = {
  name: "foreach-1000",
  measures: `run of a foreach of ${TASKS} trivial tasks and its join`,
  runs: 3,
  target: { atLeast: 200, firstAtMostMs: 2500 },
  prepare: async ({ folder, metaflow, metaflowTasks }) => ({
    first: side("Millrace", { flow: millraceForeach(), folder, tasks: TASKS, measuredTasks: TASKS }),
    second:
      metaflow === null
        ? null
        : side("Metaflow", { flow: metaflowForeach(metaflow), folder, tasks: TASKS, measuredTasks: metaflowTasks }),
  }),
};

interface SideOptions extends Scaling {
  readonly flow: ForeachFlow;
  readonly folder: string;
}

function side(label: string, { flow, folder, ...scaling }: SideOptions): Side {
  const measure = (tasks: number) => timeCommand(flow.run({ tasks, store: freshFolder(folder) }));
  return {
    label,
    ...scalingNote(scaling),
    measure: () => measureScaled(measure, scaling),
    warmUp: () => measure(1),
  };
}
