import {
  DeleteRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  SFNClient,
  StartExecutionCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { failureOf } from "../../../aws/failure-of.ts";
import type { ProductionCalls } from "./production-calls.ts";

const TRIES = 6;

/** Endpoint and credentials are found where every program that speaks to AWS finds them. */
export function openProduction(region: string): ProductionCalls {
  const settings = { region, maxAttempts: TRIES };
  const states = new SFNClient(settings);
  const scheduler = new SchedulerClient(settings);
  const bridge = new EventBridgeClient(settings);
  return {
    async putMachine({ name, arn: stateMachineArn, roleArn, definition: machine }) {
      const definition = JSON.stringify(machine);
      const isMissing = await absent(
        states.send(new UpdateStateMachineCommand({ stateMachineArn, roleArn, definition })),
      );
      if (isMissing) await told(states.send(new CreateStateMachineCommand({ name, roleArn, definition })));
    },
    async removeMachine(stateMachineArn) {
      await absent(states.send(new DeleteStateMachineCommand({ stateMachineArn })));
    },
    async putSchedule(schedule) {
      const isMissing = await absent(scheduler.send(new UpdateScheduleCommand(schedule)));
      if (isMissing) await told(scheduler.send(new CreateScheduleCommand(schedule)));
    },
    async switchSchedule(Name, isOn) {
      const { ScheduleExpression, ScheduleExpressionTimezone, FlexibleTimeWindow, Target } = await told(
        scheduler.send(new GetScheduleCommand({ Name })),
      );
      const State = isOn ? "ENABLED" : "DISABLED";
      const same = { Name, ScheduleExpression, ScheduleExpressionTimezone, FlexibleTimeWindow, Target };
      await told(scheduler.send(new UpdateScheduleCommand({ ...same, State })));
    },
    async removeSchedule(Name) {
      await absent(scheduler.send(new DeleteScheduleCommand({ Name })));
    },
    async putRule({ rule, target }) {
      await told(bridge.send(new PutRuleCommand(rule)));
      const { FailedEntries = [] } = await told(
        bridge.send(new PutTargetsCommand({ Rule: rule.Name, Targets: [target] })),
      );
      const [failed] = FailedEntries;
      if (failed !== undefined) throw failureOf(new Error(`${failed.ErrorCode ?? ""}: ${failed.ErrorMessage ?? ""}`));
    },
    async switchRule(Name, isOn) {
      await told(bridge.send(isOn ? new EnableRuleCommand({ Name }) : new DisableRuleCommand({ Name })));
    },
    async removeRule(Name) {
      if (await absent(bridge.send(new RemoveTargetsCommand({ Rule: Name, Ids: ["millrace"] })))) return;
      await absent(bridge.send(new DeleteRuleCommand({ Name })));
    },
    async schedules(NamePrefix) {
      const names: string[] = [];
      for (let NextToken: string | undefined, isFirst = true; isFirst || NextToken !== undefined; isFirst = false) {
        const page = await told(scheduler.send(new ListSchedulesCommand({ NamePrefix, NextToken })));
        for (const { Name } of page.Schedules ?? []) if (Name !== undefined) names.push(Name);
        ({ NextToken } = page);
      }
      return names;
    },
    async rules(NamePrefix) {
      const names: string[] = [];
      for (let NextToken: string | undefined, isFirst = true; isFirst || NextToken !== undefined; isFirst = false) {
        const page = await told(bridge.send(new ListRulesCommand({ NamePrefix, NextToken })));
        for (const { Name } of page.Rules ?? []) if (Name !== undefined) names.push(Name);
        ({ NextToken } = page);
      }
      return names;
    },
    async start(stateMachineArn, { name, input }) {
      const { executionArn = "" } = await told(
        states.send(new StartExecutionCommand({ stateMachineArn, name, input })),
      );
      return executionArn;
    },
    close() {
      for (const client of [states, scheduler, bridge]) client.destroy();
    },
  };
}

const ABSENT = new Set(["ResourceNotFoundException", "StateMachineDoesNotExist"]);

/** True where what it is about does not exist. */
async function absent(sent: Promise<unknown>): Promise<boolean> {
  try {
    await sent;
    return false;
  } catch (error) {
    if (ABSENT.has((error as Error).name)) return true;
    throw failureOf(error as Error);
  }
}

async function told<T>(sent: Promise<T>): Promise<T> {
  try {
    return await sent;
  } catch (error) {
    throw failureOf(error as Error);
  }
}
