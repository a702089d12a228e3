import type { AslMachine, AslState } from "./asl-machine.ts";

const STATE = {
  begin: "what it is",
  instant: "an instant",
  instantNamed: "name of the instant",
  event: "an event",
  finish: "a run that succeeded",
  overlap: "whether one may go on beside it",
  running: "whether one goes on",
  start: "start the run",
  started: "it is started",
  passedOver: "the run before it goes on",
  unknown: "nothing that starts a run",
} as const;

const THROTTLED = [
  {
    ErrorEquals: ["States.TaskFailed"],
    ...{ IntervalSeconds: 1, BackoffRate: 2, MaxDelaySeconds: 60, MaxAttempts: 20, JitterStrategy: "FULL" },
  },
];

/**
 * What schedules and rules of EventBridge start, which may tell twice of one thing. It starts the run under a name made of
 * the instant, the event or the run that succeeded: AWS takes each name once.
 *
 * @param machine - the name of the machine of the runs
 */
export function startMachine(machine: string): AslMachine {
  return { StartAt: STATE.begin, States: { ...naming(), ...overlapping(machine), ...starting(machine) } };
}

function naming(): AslMachine["States"] {
  const found = (field: string, Next: string): object => ({ Variable: `$.${field}`, IsPresent: true, Next });
  const parts = ["{}", "{}", "{}", "{}", "{}"].join("");
  return {
    [STATE.begin]: {
      Type: "Choice",
      Choices: [found("scheduledAt", STATE.instant), found("event", STATE.event), found("finished", STATE.finish)],
      Default: STATE.unknown,
    },
    // 2026-03-01T05:00:00Z becomes at-20260301T050000Z.
    [STATE.instant]: {
      Type: "Pass",
      Parameters: {
        "scheduledAt.$": "$.scheduledAt",
        "overlap.$": "$.overlap",
        "parts.$": "States.StringSplit($.scheduledAt, '-:')",
      },
      Next: STATE.instantNamed,
    },
    [STATE.instantNamed]: {
      Type: "Pass",
      Parameters: {
        "name.$": `States.Format('at-${parts}', $.parts[0], $.parts[1], $.parts[2], $.parts[3], $.parts[4])`,
        input: { trigger: { "scheduledAt.$": "$.scheduledAt" } },
        "overlap.$": "$.overlap",
      },
      Next: STATE.overlap,
    },
    [STATE.event]: {
      Type: "Pass",
      Parameters: {
        "name.$": "States.Format('event-{}', $.event.id)",
        input: { trigger: { "events.$": "States.Array($.event)" } },
      },
      Next: STATE.start,
    },
    [STATE.finish]: {
      Type: "Pass",
      Parameters: {
        "name.$": "States.Format('finish-{}-{}', $.finished.flow, $.finished.run)",
        input: { trigger: { "runs.$": "States.Array(States.Format('{}/{}', $.finished.flow, $.finished.run))" } },
      },
      Next: STATE.start,
    },
    [STATE.unknown]: { Type: "Fail", Error: "MILLRACE_TRIGGER", Cause: "the input names no instant, event or run" },
  };
}

function overlapping(machine: string): AslMachine["States"] {
  return {
    [STATE.overlap]: {
      Type: "Choice",
      Choices: [{ Variable: "$.overlap", StringEquals: "skip", Next: STATE.running }],
      Default: STATE.start,
    },
    [STATE.running]: {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:sfn:listExecutions",
      Parameters: { "StateMachineArn.$": machineArn(machine), StatusFilter: "RUNNING", MaxResults: 1 },
      ResultSelector: { "executions.$": "$.Executions" },
      ResultPath: "$.running",
      Retry: THROTTLED,
      Next: "whether to pass it over",
    },
    "whether to pass it over": {
      Type: "Choice",
      Choices: [{ Variable: "$.running.executions[0]", IsPresent: true, Next: STATE.passedOver }],
      Default: STATE.start,
    },
    [STATE.passedOver]: { Type: "Succeed" },
  };
}

function starting(machine: string): AslMachine["States"] {
  const start: AslState = {
    Type: "Task",
    Resource: "arn:aws:states:::aws-sdk:sfn:startExecution",
    Parameters: {
      "StateMachineArn.$": machineArn(machine),
      "Name.$": "$.name",
      "Input.$": "States.JsonToString($.input)",
    },
    Retry: [{ ErrorEquals: [EXISTS], MaxAttempts: 0 }, ...THROTTLED],
    Catch: [{ ErrorEquals: [EXISTS], ResultPath: null, Next: STATE.started }],
    ResultPath: null,
    Next: STATE.started,
  };
  return { [STATE.start]: start, [STATE.started]: { Type: "Succeed" } };
}

const EXISTS = "Sfn.ExecutionAlreadyExistsException";

/** In the account and region in which this machine is. */
function machineArn(machine: string): string {
  const part = (at: number): string => `States.ArrayGetItem(States.StringSplit($$.StateMachine.Id, ':'), ${at})`;
  return `States.Format('arn:{}:states:{}:{}:stateMachine:${machine}', ${part(1)}, ${part(3)}, ${part(4)})`;
}
