import type { CreateScheduleCommandInput } from "@aws-sdk/client-scheduler";
import { smallest } from "../../../sdk/base/largest.ts";
import type { ScheduleRule } from "../../../sdk/base/triggers.ts";
import { nextInstants } from "../triggers/next-instants.ts";
import { scheduleExpressions } from "./schedule-expressions.ts";

const LEAST_AGE_S = 60;
const MOST_AGE_S = 86_400;
const MOST_RETRIES = 185;
/** This many gaps between instants are looked at for the shortest. */
const GAPS = 300;

export interface SchedulesOptions {
  readonly rules: readonly ScheduleRule[];
  readonly now: number;
  /** ARN of the machine that it starts. */
  readonly starter: string;
  readonly role: string;
  readonly isPaused: boolean;
  nameOf(index: number): string;
}

/** What EventBridge Scheduler is asked to make. */
export function schedules({
  rules,
  now,
  starter,
  role,
  isPaused,
  nameOf,
}: SchedulesOptions): CreateScheduleCommandInput[] {
  const all = rules.flatMap((rule) => {
    const expressions = scheduleExpressions(rule, now);
    // Refused before.
    return typeof expressions === "string" ? [] : expressions.map((expression) => ({ rule, ...expression }));
  });
  return all.map(({ rule, expression, timezone }, index) => ({
    Name: nameOf(index),
    ScheduleExpression: expression,
    ScheduleExpressionTimezone: timezone,
    FlexibleTimeWindow: { Mode: "OFF" },
    State: isPaused ? "DISABLED" : "ENABLED",
    Target: {
      Arn: starter,
      RoleArn: role,
      Input: JSON.stringify({ scheduledAt: "<aws.scheduler.scheduled-time>", overlap: rule.overlap }),
      RetryPolicy: { MaximumEventAgeInSeconds: mostAgeS(rule, now), MaximumRetryAttempts: MOST_RETRIES },
    },
  }));
}

/**
 * How late an instant may be told where Step Functions does not answer: nobody else can miss one. `last` gives one up as
 * the next one comes.
 */
function mostAgeS(rule: ScheduleRule, now: number): number {
  if (rule.catchUp === "none") return LEAST_AGE_S;
  if (rule.catchUp === "all") return MOST_AGE_S;
  const instants = nextInstants(rule, now, GAPS);
  const gaps = instants.slice(1).map((instant, at) => (instant - (instants[at] ?? instant)) / 1000);
  return Math.min(MOST_AGE_S, Math.max(LEAST_AGE_S, gaps.length === 0 ? MOST_AGE_S : smallest(gaps)));
}
