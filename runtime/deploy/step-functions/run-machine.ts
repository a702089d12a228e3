import { parseS3Location } from "../../datastore/s3/s3-location.ts";
import type { DeploymentPlan } from "../deployer.ts";
import { type AslMachine, type AslState, caughtBy } from "./asl-machine.ts";
import { FrameStates } from "./frame-states.ts";
import { SERVICE_RETRIES } from "./service-retries.ts";
import { finishingState } from "./step-job-state.ts";
import { inFormat } from "./told-state.ts";

/** What the state machine says once a run has succeeded. */
export const FINISHED = { source: "millrace", detailType: "Millrace Run Succeeded" } as const;

/** Names of states that are no step's: a step's name has no blank. */
const STATE = {
  begin: "begin the run",
  triggered: "begin with the trigger",
  byHand: "begin by hand",
  fired: "which run it was",
  told: "tell that it succeeded",
  success: "the run succeeded",
  failed: "finish the failed run",
  failure: "the run failed",
  unrecorded: "the run failed unrecorded",
} as const;

/**
 * The state machine of which each execution is a run. Its data hold where the task that follows is, and never what tasks
 * computed: that lies in the datastore.
 */
export function runMachine(plan: DeploymentPlan): AslMachine {
  const frame = new FrameStates(plan, { depth: 0, mark: "", done: STATE.fired, failed: STATE.failed });
  const entry = frame.nameOf(plan.frame.entry);
  return {
    StartAt: STATE.begin,
    States: { ...beginning(entry), ...frame.write(plan.frame), ...success(plan), ...failure(plan) },
  };
}

function beginning(entry: string): AslMachine["States"] {
  const place = { "fire.$": "$$.Execution.Name", at: "" };
  return {
    [STATE.begin]: {
      Type: "Choice",
      Choices: [{ Variable: "$.trigger", IsPresent: true, Next: STATE.triggered }],
      Default: STATE.byHand,
    },
    [STATE.triggered]: {
      Type: "Pass",
      Parameters: { ...place, "trigger.$": "States.JsonToString($.trigger)" },
      Next: entry,
    },
    [STATE.byHand]: { Type: "Pass", Parameters: { ...place, trigger: "{}" }, Next: entry },
  };
}

/**
 * The flow's last task has recorded the end of the run. What is left is to tell those who wait for it; that they could not be
 * told is no failure of the run.
 */
function success(plan: DeploymentPlan): AslMachine["States"] {
  const { version, name, store } = plan;
  const { bucket, prefix } = parseS3Location(store.storage.location);
  const done = { Retry: SERVICE_RETRIES.store, ...caughtBy(STATE.success) };
  return {
    [STATE.fired]: {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:s3:getObject",
      Parameters: {
        Bucket: bucket,
        "Key.$": `States.Format('${inFormat(`${prefix}fires/${name}/${version.target}`)}-{}.json', $.fire)`,
      },
      ResultSelector: { "fire.$": "States.StringToJson($.Body)" },
      ...done,
      Next: STATE.told,
    },
    [STATE.told]: {
      Type: "Task",
      Resource: "arn:aws:states:::events:putEvents",
      Parameters: {
        Entries: [
          {
            Source: FINISHED.source,
            DetailType: FINISHED.detailType,
            Detail: { flow: version.flow, place: placeOf(version), deployment: name, "run.$": "$.fire.run" },
          },
        ],
      },
      ...done,
      Next: STATE.success,
    },
    [STATE.success]: { Type: "Succeed" },
  };
}

function failure(plan: DeploymentPlan): AslMachine["States"] {
  const { flow, programName } = plan.version;
  const failed = (Error: string, Cause: string): AslState => ({ Type: "Fail", Error, Cause });
  return {
    [STATE.failed]: finishingState(plan, { next: STATE.failure, failed: STATE.unrecorded }),
    [STATE.failure]: failed(RECORDED, `a step of ${flow} failed; the run says which: ${programName} runs`),
    [STATE.unrecorded]: failed("MILLRACE_RUN_UNRECORDED", `a step of ${flow} failed, and so did recording that`),
  };
}

/** The error of an execution whose run says by itself that it has failed. */
export const RECORDED = "MILLRACE_RUN_FAILED";

/** One text, as a pattern of EventBridge compares it: empty outside of projects. */
export function placeOf({ project }: Pick<DeploymentPlan["version"], "project">): string {
  return project === null ? "" : `${project.name}/${project.branch}`;
}
