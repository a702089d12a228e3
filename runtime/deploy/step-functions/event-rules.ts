import type { PutRuleCommandInput, PutTargetsCommandInput } from "@aws-sdk/client-eventbridge";
import type { DeploymentVersion } from "../../datastore/kinds/deployment.ts";
import type { ResourceNames } from "./resource-names.ts";
import { FINISHED, placeOf } from "./run-machine.ts";

/** Who publishes events for deployments on AWS says so by this source; what it is called is its detail type. */
const EVENT_SOURCE = "millrace.events";

/** A rule of EventBridge and what it starts. */
export interface RuleWithTarget {
  readonly rule: PutRuleCommandInput;
  readonly target: NonNullable<PutTargetsCommandInput["Targets"]>[number];
}

export interface EventRuleOptions {
  readonly version: DeploymentVersion;
  readonly names: ResourceNames;
  /** ARNs of the machines, and of the role that starts them. */
  readonly machine: string;
  readonly starter: string;
  /** Records the end of executions. */
  readonly ender: string;
  readonly role: string;
  readonly isPaused: boolean;
}

/** For each event that starts the flow, each flow after which it runs, and for executions that could not record their own end. */
export function eventRules({
  version,
  names,
  machine,
  starter,
  ender,
  role,
  isPaused,
}: EventRuleOptions): RuleWithTarget[] {
  const { events, finishes } = version.triggers;
  const ofEvents = events.map((rule, index) => ({
    name: names.event(index),
    pattern: { source: [EVENT_SOURCE], "detail-type": rule.events },
    paths: { id: "$.id", name: "$.detail-type", time: "$.time", data: "$.detail" },
    template: '{"event":{"id":<id>,"name":<name>,"data":<data>,"publishedAt":<time>}}',
    ...{ of: starter, isOn: !isPaused },
  }));
  const ofFinishes = finishes.map(({ flow }, index) => ({
    name: names.finish(index),
    pattern: {
      source: [FINISHED.source],
      "detail-type": [FINISHED.detailType],
      detail: { flow: [flow], place: [placeOf(version)] },
    },
    paths: { flow: "$.detail.flow", run: "$.detail.run" },
    template: '{"finished":{"flow":<flow>,"run":<run>}}',
    ...{ of: starter, isOn: !isPaused },
  }));
  const ofEnded = {
    name: names.ended,
    pattern: {
      source: ["aws.states"],
      "detail-type": ["Step Functions Execution Status Change"],
      detail: {
        // An execution that fails by itself records that first; the others are those that AWS ended: see `endMachine`.
        status: ["ABORTED", "FAILED", "TIMED_OUT"],
        stateMachineArn: [machine],
      },
    },
    paths: { name: "$.detail.name" },
    template: '{"ended":<name>}',
    ...{ of: ender, isOn: true },
  };
  return [...ofEvents, ...ofFinishes, ofEnded].map(({ name, pattern, paths, template, of, isOn }) => ({
    rule: { Name: name, EventPattern: JSON.stringify(pattern), State: isOn ? "ENABLED" : "DISABLED" },
    target: {
      Id: "millrace",
      Arn: of,
      RoleArn: role,
      InputTransformer: { InputPathsMap: paths, InputTemplate: template },
    },
  }));
}
