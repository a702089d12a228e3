import type { JobRef } from "./job-service.ts";

/** Tells one job from all others. */
export function jobName({ group, index }: JobRef): string {
  return `${group.name}#${index}`;
}
