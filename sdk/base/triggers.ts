/** What starts runs of a deployment. */
export interface Triggers {
  readonly schedules: readonly ScheduleRule[];
  readonly events: readonly EventRule[];
  readonly finishes: readonly FinishRule[];
}

export interface ScheduleRule {
  /** Five fields. */
  readonly cron: string;
  readonly timezone: string;
  /** What becomes of instants that passed while no scheduler was alive. */
  readonly catchUp: "none" | "last" | "all";
  /** What becomes of an instant at which the run before it still goes on. */
  readonly overlap: "skip" | "queue" | "allow";
}

export interface EventRule {
  /** Several: waits for one of each. */
  readonly events: readonly string[];
  /** The parameter that each of these fields of the event's data gives. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly policy: "each" | "batch";
}

/** A deployed run of that flow that succeeded, of the same branch of the project. */
export interface FinishRule {
  readonly flow: string;
}

/** Where runs of a deployment wait for their turn. */
export interface QueuePlace {
  readonly name: string;
  /** Higher ones first. */
  readonly priority: number;
}
