import { type Check, fields, list, name, orNull, text, time } from "../shapes/checks.ts";

/** Why a run of a deployment was started: exactly what it consumed. All of it is empty where a person asked for the run. */
export interface RunTrigger {
  /** The events, oldest first. */
  readonly events: readonly TriggerEvent[];
  /** Runs that finished, each as `Flow/run`. */
  readonly runs: readonly string[];
  /** The instant of the schedule; null where none is due to it. */
  readonly scheduledAt: number | null;
}

export interface TriggerEvent {
  readonly id: string;
  readonly name: string;
  /** Any JSON. */
  readonly data: unknown;
  readonly publishedAt: number;
}

const finishedRun: Check = (value) => {
  if (typeof value !== "string") return " is not a string";
  const parts = value.split("/");
  return parts.length === 2 && parts.every((part) => name(part) === null) ? null : " is not FLOW/RUN";
};

export const runTrigger = fields({
  events: list(fields({ id: name, name: text, publishedAt: time })),
  runs: list(finishedRun),
  scheduledAt: orNull(time),
});
