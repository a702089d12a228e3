import type { DeploymentPlan } from "../deployer.ts";
import { type AslMachine, caughtBy } from "./asl-machine.ts";
import { RECORDED } from "./run-machine.ts";
import { SERVICE_RETRIES } from "./service-retries.ts";
import { finishingState } from "./step-job-state.ts";

const STATE = {
  begin: "begin to finish",
  how: "how the execution ended",
  open: "whether its end is recorded",
  failed: "finish the ended run",
  done: "the ended run is finished",
} as const;

/**
 * Records the end of executions that could not do it themselves: they were stopped or timed out, or AWS ended them for an error
 * that nothing catches. A rule of EventBridge starts this. It is apart from the machine of the runs, whose executions are the
 * runs that go on: none is passed over because the one before is being finished.
 *
 * @param machine - the name of the machine of the runs
 */
export function endMachine(plan: DeploymentPlan, machine: string): AslMachine {
  const part = (at: number): string => `States.ArrayGetItem(States.StringSplit($$.StateMachine.Id, ':'), ${at})`;
  return {
    StartAt: STATE.begin,
    States: {
      [STATE.begin]: { Type: "Pass", Parameters: { "fire.$": "$.ended", at: "" }, Next: STATE.how },
      [STATE.how]: {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:sfn:describeExecution",
        Parameters: {
          "ExecutionArn.$": `States.Format('arn:{}:states:{}:{}:execution:${machine}:{}', ${part(1)}, ${part(3)}, ${part(4)}, $.fire)`,
        },
        ResultPath: "$.told",
        Retry: SERVICE_RETRIES.states,
        ...caughtBy(STATE.failed),
        Next: STATE.open,
      },
      [STATE.open]: {
        Type: "Choice",
        Choices: [
          {
            And: [
              { Variable: "$.told.Error", IsPresent: true },
              { Variable: "$.told.Error", StringEquals: RECORDED },
            ],
            Next: STATE.done,
          },
        ],
        Default: STATE.failed,
      },
      [STATE.failed]: finishingState(plan, { next: STATE.done, failed: null }),
      [STATE.done]: { Type: "Succeed" },
    },
  };
}
