import { cronFields } from "../base/cron-fields.ts";
import type { AnyClass } from "../base/metadata.ts";
import type { Refused } from "../base/refused.ts";
import type { ScheduleRule } from "../base/triggers.ts";
import { zoneFault } from "../base/zone-fault.ts";
import { allClassOptionsOf, annotateClass, type ClassDecorator } from "./class-decorator.ts";
import { readOptions, type TableOf, wrongOption } from "./decorator-definition.ts";
import { choiceOption, flagOption, textOption } from "./reader.ts";

/** Options of {@link schedule}: exactly one of `cron`, `hourly`, `daily` and `weekly`. */
export interface ScheduleOptions {
  /**
   * Five fields: minute, hour, day of the month, month, weekday. A time that comes twice in autumn fires once, at the first;
   * one that does not exist in spring fires at the first moment after the gap; `*` hours fire each real hour.
   */
  readonly cron?: string;
  /** At the start of each hour. */
  readonly hourly?: boolean;
  /** At midnight. */
  readonly daily?: boolean;
  /** At midnight between Saturday and Sunday. */
  readonly weekly?: boolean;
  /**
   * By whose clock, such as `"Europe/Berlin"`.
   * @defaultValue `"UTC"`
   */
  readonly timezone?: string;
  /**
   * Which of the instants run that passed while no scheduler was alive.
   * @defaultValue `"last"`
   */
  readonly catchUp?: "none" | "last" | "all";
  /**
   * What becomes of an instant while the run before it still goes on: it is left out, it waits, or both run.
   * @defaultValue `"skip"`
   */
  readonly overlap?: "skip" | "queue" | "allow";
}

/** @hidden The mistake of leaving out the parentheses; first, as a class has a static name and would pass for options. */
export function schedule(
  flow: AnyClass,
  context: ClassDecoratorContext,
): Refused<"@schedule needs parentheses: write @schedule({ daily: true })">;
/**
 * Says when a deployment of the flow runs. It may stand several times, and means nothing to a run started by hand.
 *
 * @example
 * ```ts
 * @schedule({ cron: "0 6 * * *", timezone: "Europe/Berlin" })
 * class NightlyFlow extends FlowSpec {
 *   @step({ start: true, end: true }) start() {}
 * }
 * ```
 */
export function schedule(options: ScheduleOptions): ClassDecorator;
export function schedule(options: unknown): unknown {
  return annotateClass("schedule", typeof options === "function" ? options : ruleOf(options));
}

const FIXED = { hourly: "0 * * * *", daily: "0 0 * * *", weekly: "0 0 * * 0" } as const;
const EXAMPLE = 'write @schedule({ cron: "0 6 * * *", timezone: "Europe/Berlin" }), or hourly, daily or weekly: true';

const OPTIONS = {
  cron: textOption("five fields of cron"),
  hourly: flagOption(),
  daily: flagOption(),
  weekly: flagOption(),
  timezone: textOption("the name of a time zone"),
  catchUp: choiceOption(["none", "last", "all"]),
  overlap: choiceOption(["skip", "queue", "allow"]),
} satisfies TableOf<ScheduleOptions>;

function ruleOf(given: unknown): ScheduleRule {
  const {
    timezone = "UTC",
    catchUp = "last",
    overlap = "skip",
    cron,
    ...fixed
  } = readOptions({ name: "schedule", options: OPTIONS }, given);
  const named = (["hourly", "daily", "weekly"] as const).filter((name) => fixed[name] === true);
  const [when, ...others] = [...(cron === undefined ? [] : [cron]), ...named.map((name) => FIXED[name])];
  if (when === undefined) throw wrongOption("schedule", "it does not say when", EXAMPLE);
  if (others.length > 0)
    throw wrongOption(
      "schedule",
      `it says when more than once: ${[...(cron === undefined ? [] : ["cron"]), ...named].join(", ")}`,
      "use the decorator once for each",
    );
  const fields = cronFields(when);
  if (typeof fields === "string")
    throw wrongOption("schedule", `its cron ${JSON.stringify(when)} cannot be used: ${fields}`, EXAMPLE);
  const zone = zoneFault(timezone);
  if (zone !== null) throw wrongOption("schedule", zone.problem, zone.hint);
  return { cron: when.trim().split(/\s+/).join(" "), timezone, catchUp, overlap };
}

export function schedulesOf(flow: AnyClass): readonly ScheduleRule[] {
  return allClassOptionsOf<ScheduleRule>(flow, "schedule");
}
