import type { CreateScheduleCommandInput } from "@aws-sdk/client-scheduler";
import type { RuleWithTarget } from "../event-rules.ts";
import type { MachineSpec } from "../step-functions-spec.ts";

/**
 * All that is asked of Step Functions and EventBridge. Each call may be made again, and then leaves the same; they fail with
 * an `AwsFailure`. What stands behind them is a bundle of its own, so that only those who use it load its SDK.
 */
export interface ProductionCalls {
  /** Makes it, or changes the one of that name. */
  putMachine(machine: MachineSpec): Promise<void>;
  /** Executions that go on come to their end. */
  removeMachine(arn: string): Promise<void>;
  putSchedule(schedule: CreateScheduleCommandInput): Promise<void>;
  switchSchedule(name: string, isOn: boolean): Promise<void>;
  removeSchedule(name: string): Promise<void>;
  putRule(rule: RuleWithTarget): Promise<void>;
  switchRule(name: string, isOn: boolean): Promise<void>;
  removeRule(name: string): Promise<void>;
  /** Names of all schedules and of all rules that begin with that. */
  schedules(prefix: string): Promise<readonly string[]>;
  rules(prefix: string): Promise<readonly string[]>;
  /** @returns ARN of the execution */
  start(machine: string, of: { readonly name: string; readonly input: string }): Promise<string>;
  close(): void;
}
