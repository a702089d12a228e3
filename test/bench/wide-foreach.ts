import { rmSync } from "node:fs";
import path from "node:path";
import { timeCommand } from "./command.ts";
import { millraceForeach } from "./foreach-flow.ts";
import { freshFolder } from "./fresh-folder.ts";
import { notingPeak, peakMb } from "./peak-memory.ts";
import type { Side } from "./bench-case.ts";

export interface WideForeachOptions {
  readonly folder: string;
  readonly tasks: number;
  /** Bound on the memory of the scheduler's process. */
  readonly peakAtMostMb?: number;
}

/** Millrace's run of a foreach so wide that the scheduler's memory is of interest. */
export function wideForeach({ folder, tasks, peakAtMostMb }: WideForeachOptions): Side {
  const flow = millraceForeach();
  const peaks: number[] = [];
  return {
    label: `${tasks.toLocaleString("en")} tasks`,
    measure: async () => {
      const store = freshFolder(folder);
      const file = path.join(path.dirname(store), "peak");
      const wallMs = await timeCommand(notingPeak(flow.run({ tasks, store }), file));
      peaks.push(peakMb(file));
      // Hundreds of megabytes, which nobody needs while the next one runs.
      rmSync(store, { recursive: true });
      return wallMs;
    },
    warmUp: () => timeCommand(flow.run({ tasks: 1, store: freshFolder(folder) })),
    figures: () => [
      {
        label: `peak of the scheduler with ${tasks.toLocaleString("en")} tasks`,
        unit: "MB",
        samples: peaks,
        ...(peakAtMostMb === undefined ? {} : { atMost: peakAtMostMb }),
      },
    ],
  };
}
