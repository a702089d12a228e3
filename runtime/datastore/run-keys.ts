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

export interface AttemptPlace {
  readonly step: string;
  readonly task: number;
  readonly attempt: number;
}
