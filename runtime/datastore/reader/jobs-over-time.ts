import type { RunSummary } from "./run-summary.ts";

/** How many attempts were at work, in columns of equal length. */
export interface JobsOverTime {
  /** From when on, in ms since the run began. */
  readonly atMs: readonly number[];
  readonly jobs: readonly number[];
}

/** Of more starts and ends, what was the most at once counts for some of them together. */
const MAX_STEPS = 150;
const MAX_POINTS = 300;

/** How many attempts of a run were at work at once, over its time; of one that goes on, until now. */
export function jobsOverTime({ tasks, startedAt: runStartedAt }: RunSummary, now = Date.now()): JobsOverTime {
  const changes: [atMs: number, by: 1 | -1][] = [];
  for (const { attempts } of tasks)
    for (const { startedAt, finishedAt, status } of attempts) {
      if (finishedAt === null && status === "stale") continue;
      const beganMs = Math.max(startedAt - runStartedAt, 0);
      changes.push([beganMs, 1], [Math.max((finishedAt ?? now) - runStartedAt, beganMs), -1]);
    }
  // What ends makes room first.
  changes.sort(([one, by], [other, otherBy]) => one - other || by - otherBy);
  return changes.length <= MAX_STEPS ? steps(changes) : peaks(changes);
}

function steps(changes: readonly (readonly [number, number])[]): JobsOverTime {
  const [atMs, jobs]: [number[], number[]] = [[], []];
  let running = 0;
  for (const [at, by] of changes) {
    atMs.push(at);
    jobs.push(running);
    running += by;
    atMs.push(at);
    jobs.push(running);
  }
  return { atMs, jobs };
}

function peaks(changes: readonly (readonly [number, number])[]): JobsOverTime {
  const lastMs = changes.at(-1)?.[0] ?? 0;
  const stretchMs = Math.max(lastMs / MAX_POINTS, 1);
  const [atMs, jobs]: [number[], number[]] = [[], []];
  let [running, most, endMs] = [0, 0, stretchMs];
  const close = () => {
    atMs.push(Math.round(endMs - stretchMs));
    jobs.push(most);
    most = running;
    endMs += stretchMs;
  };
  for (const [at, by] of changes) {
    while (at > endMs) close();
    running += by;
    most = Math.max(most, running);
  }
  close();
  return { atMs: [...atMs, lastMs], jobs: [...jobs, running] };
}
