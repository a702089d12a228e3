export interface RunPlace {
  readonly flow: string;
  readonly run: string;
}

/** Everything of one run lies below this. */
export function runFolder({ flow, run }: RunPlace): string {
  return `flows/${flow}/${run}`;
}

export function journalKey({ flow, run }: RunPlace): string {
  return `flows/${flow}/${run}/journal.jsonl`;
}

export function logKey({ flow, run, step, task, attempt }: RunPlace & AttemptPlace): string {
  return `flows/${flow}/${run}/logs/${step}/${task}-${attempt}.log`;
}

export function documentKey({ flow, run }: RunPlace): string {
  return `flows/${flow}/${run}/run.json`;
}

/** A task's progress outlives its attempts and is found again by a resumed run: it is named by the task's path. */
export function checkpointKey({ flow, run, step, path }: RunPlace & { step: string; path: string }): string {
  return `flows/${flow}/${run}/checkpoints/${step}/${path.replaceAll("/", "_")}.json`;
}

export interface AttemptPlace {
  readonly step: string;
  readonly task: number;
  readonly attempt: number;
}
