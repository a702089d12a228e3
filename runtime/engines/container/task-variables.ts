/**
 * What a target tells each task of a run that it executes, as environment variables. The datastore and, in a container,
 * Millrace itself are told by the same variables as those of any job.
 */
export const TASK_VARIABLES = {
  /** `NAME/version` of the deployment. */
  deployment: "MILLRACE_DEPLOYMENT",
  /** The target's own id of this execution. The first task decides on the run for it, all others find the run by it. */
  fire: "MILLRACE_FIRE",
  /** The step to execute. */
  step: "MILLRACE_STEP",
  /**
   * Which children of the enclosing splits, outermost first, with a dot between; empty or missing at the top. Rounds of a
   * loop the task finds out by itself.
   */
  at: "MILLRACE_AT",
  /**
   * `1`: all attempts failed, and their process died. `@catchError` concludes the task; its body does not run. `beyond`, by a
   * target that cannot say when: the attempt after the last one is that.
   */
  conclude: "MILLRACE_CONCLUDE",
  /** `succeeded` or `failed`: no step. The execution is over: records the end of the run and calls what `@onExit` names. */
  finish: "MILLRACE_FINISH",
  /** Of the first task: JSON with `scheduledAt` (a time or its text), `events` (their `publishedAt` as well; their `data`, or these as JSON in `dataBase64`), `runs` and `parameters`, each if there is one. */
  trigger: "MILLRACE_TRIGGER",
  /** The engine in whose place the task runs, for `current.engine`; in no container it is `local`. */
  engine: "MILLRACE_TASK_ENGINE",
  /** A file into which the number of children is written, by a step that splits. */
  tellSize: "MILLRACE_TELL_SIZE",
  /** A file into which the children are written as a JSON list: `[0,1,2]`. */
  tellItems: "MILLRACE_TELL_ITEMS",
  /** A file into which the case is written that a switch has chosen: as JSON where its name ends in `.json`, else as it is. */
  tellCase: "MILLRACE_TELL_CASE",
  /** A file into which the run is written, as `Flow/run`; the same holds for its name. */
  tellRun: "MILLRACE_TELL_RUN",
} as const;
