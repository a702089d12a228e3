export interface RunPlace {
  readonly flow: string;
  readonly run: string;
}

/** Where `RunRecord` keeps what grows while the run goes on. */
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
