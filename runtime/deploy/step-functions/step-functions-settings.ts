import type { EngineSettingTable } from "../../engines/engine.ts";

export const STEP_FUNCTIONS_SETTINGS = {
  /** ARN of the role with which state machines start jobs. */
  role: { variable: "MILLRACE_STEP_FUNCTIONS_ROLE", key: "stepFunctionsRole" },
  /** ARN of the role with which schedules and rules of EventBridge start state machines. */
  eventRole: { variable: "MILLRACE_STEP_FUNCTIONS_EVENT_ROLE", key: "stepFunctionsEventRole" },
  /** Begins the names of all that is made. */
  prefix: { variable: "MILLRACE_STEP_FUNCTIONS_PREFIX", key: "stepFunctionsPrefix" },
} as const satisfies EngineSettingTable;
