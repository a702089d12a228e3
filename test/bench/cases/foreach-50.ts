import { timeCommand } from "../command.ts";
import { metaflowForeach, millraceForeach, type ForeachFlow } from "../foreach-flow.ts";
import { freshFolder } from "../fresh-folder.ts";
import type { BenchCase, Side } from "../bench-case.ts";

const TASKS = 50;

export const foreach50: BenchCase = {
  name: "foreach-50",
  measures: `run of a foreach of ${TASKS} trivial tasks and its join`,
  runs: 3,
  prepare: async ({ folder, metaflow }) => ({
    first: side({ label: "Millrace", flow: millraceForeach(), folder }),
    second: metaflow === null ? null : side({ label: "Metaflow", flow: metaflowForeach(metaflow), folder }),
  }),
};

function side({ label, flow, folder }: { label: string; flow: ForeachFlow; folder: string }): Side {
  const measure = (tasks: number) => timeCommand(flow.run({ tasks, store: freshFolder(folder) }));
  return { label, measure: () => measure(TASKS), warmUp: () => measure(1) };
}
