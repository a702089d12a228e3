/** A task as people read it: `fit/3 VIE`, where its foreach labels it. */
export function taskName({ step, task, label }: { step: string; task: number; label: string }): string {
  return label === "" ? `${step}/${task}` : `${step}/${task} ${label}`;
}
