/** Measures for some number of tasks, in milliseconds. */
export type MeasureTasks = (tasks: number) => Promise<number>;

/** How a figure for many tasks is got from a run with fewer. */
export interface Scaling {
  /** The number that the figure stands for. */
  readonly tasks: number;
  /** The number that is really run. */
  readonly measuredTasks: number;
}

/**
 * The time for `tasks` tasks: measured if as many are run, otherwise a straight line through two measurements.
 *
 * The second is of one task, so that starting and ending a run is not multiplied:
 * t(tasks) = t(1) + (t(measured) - t(1)) * (tasks - 1) / (measured - 1).
 */
export async function measureScaled(measure: MeasureTasks, { tasks, measuredTasks }: Scaling): Promise<number> {
  const measuredMs = await measure(measuredTasks);
  if (measuredTasks === tasks) return measuredMs;
  const oneTaskMs = await measure(1);
  return oneTaskMs + ((measuredMs - oneTaskMs) * (tasks - 1)) / (measuredTasks - 1);
}

/** For the table, where the figure is not a plain measurement. */
export function scalingNote({ tasks, measuredTasks }: Scaling): { readonly note?: string } {
  return measuredTasks === tasks ? {} : { note: `scaled from ${measuredTasks}` };
}
