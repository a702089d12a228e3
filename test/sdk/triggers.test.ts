import { expect, test } from "vitest";
import { FlowSpec, queue, schedule, step, trigger, triggerOnFinish } from "../../sdk/index.ts";
import { queueOf } from "../../sdk/decorators/queue.ts";
import { triggersOf } from "../../sdk/decorators/triggers-of.ts";

@schedule({ cron: " 0  6 * * mon-fri ", timezone: "Europe/Berlin", catchUp: "all", overlap: "queue" })
@schedule({ weekly: true })
@trigger({ event: "rates-arrived", parameters: { day: "date" } })
@trigger({ events: ["a", "model-promoted:churn"], policy: "batch" })
@triggerOnFinish({ flow: "EtlFlow" })
@queue({ name: "nightly", priority: 5 })
class ScoreFlow extends FlowSpec {
  @step({ start: true, end: true }) start() {}
}

@schedule({ daily: true })
class LaterFlow extends ScoreFlow {}

test("what stands before a class is what starts its deployed runs, with every default, in the order of the source", () => {
  expect(triggersOf(ScoreFlow)).toEqual({
    schedules: [
      { cron: "0 6 * * mon-fri", timezone: "Europe/Berlin", catchUp: "all", overlap: "queue" },
      { cron: "0 0 * * 0", timezone: "UTC", catchUp: "last", overlap: "skip" },
    ],
    events: [
      { events: ["rates-arrived"], parameters: { day: "date" }, policy: "each" },
      { events: ["a", "model-promoted:churn"], parameters: {}, policy: "batch" },
    ],
    finishes: [{ flow: "EtlFlow" }],
  });
  expect(queueOf(ScoreFlow)).toEqual({ name: "nightly", priority: 5 });
});

test("a class inherits what starts its base, and replaces what it says itself", () => {
  const { schedules, finishes } = triggersOf(LaterFlow);
  expect(schedules.map(({ cron }) => cron)).toEqual(["0 0 * * *"]);
  expect(finishes).toEqual([{ flow: "EtlFlow" }]);
  expect(queueOf(LaterFlow)?.priority).toBe(5);
});

test("a flow without triggers has none, and no queue", () => {
  class PlainFlow extends FlowSpec {}
  expect(triggersOf(PlainFlow)).toEqual({ schedules: [], events: [], finishes: [] });
  expect(queueOf(PlainFlow)).toBeNull();
});

const WRONG: readonly [string, () => unknown, RegExp][] = [
  ["a schedule that says no time", () => schedule({}), /it does not say when/],
  ["one that says two", () => schedule({ daily: true, cron: "0 6 * * *" }), /more than once: cron, daily/],
  ["a mistyped option", () => schedule({ timzone: "UTC", daily: true } as never), /did you mean timezone\?/],
  ["six fields", () => schedule({ cron: "0 0 6 * * *" }), /it has 6 fields instead of five/],
  ["a minute that no hour has", () => schedule({ cron: "60 6 * * *" }), /"60" is not a minute: it is \*, 0 to 59/],
  ["a word that is no weekday", () => schedule({ cron: "0 6 * * mo" }), /"mo" is not a weekday: .* or sun to sat/],
  ["a range that runs backward", () => schedule({ cron: "0 22-2 * * *" }), /runs backward: write two ranges/],
  ["a step of nothing", () => schedule({ cron: "*/0 * * * *" }), /"\*\/0" is not a minute/],
  ["31 February", () => schedule({ cron: "0 6 31 2 *" }), /it never fires: none of its months has such a day/],
  ["31 April or June", () => schedule({ cron: "0 6 31 apr,jun *" }), /it never fires/],
  [
    "a time zone that is none",
    () => schedule({ daily: true, timezone: "Europe/Berlim" }),
    /did you mean Europe\/Berlin/,
  ],
  ["an offset as a time zone", () => schedule({ daily: true, timezone: "+02:00" }), /there is no time zone/],
  ["another way to catch up", () => schedule({ daily: true, catchUp: "some" as never }), /"none" or "last" or "all"/],
  ["a trigger without an event", () => trigger({}), /it names no event/],
  ["one with event and events", () => trigger({ event: "a", events: ["b"] }), /both event and events/],
  ["an event with a slash", () => trigger({ event: "a/b" }), /an event's name is 1 to 200 letters/],
  ["an event twice", () => trigger({ events: ["a", "a"] }), /it names a twice/],
  ["another flow by a path", () => triggerOnFinish({ flow: "./etl.ts" }), /must be the name of a class/],
  ["a finish of no flow", () => triggerOnFinish({} as never), /it names no flow/],
  ["a queue without a name", () => queue({} as never), /it names no queue/],
  ["half a priority", () => queue({ name: "q", priority: 0.5 }), /a whole number/],
];

test.each(WRONG)("%s is refused with its fix", (_, decorate, said) => {
  const seen = thrownBy(decorate);
  expect(`${seen.message} ${seen.hint}`).toMatch(said);
  expect([seen.code, typeof seen.hint]).toEqual(["MILLRACE_DECORATOR_OPTION", "string"]);
});

test("parentheses that were left out, and a wrong place, are told", () => {
  for (const [name, decorator] of Object.entries({ schedule, trigger, triggerOnFinish, queue })) {
    expect(thrownBy(() => (decorator as (of: unknown) => unknown)(ScoreFlow)).message).toContain(`@${name}`);
    expect(thrownBy(() => (decorator as (of: unknown) => unknown)(ScoreFlow)).code).toBe(
      "MILLRACE_DECORATOR_MISPLACED",
    );
  }
  const onMethod = queue({ name: "q" }) as unknown as (...place: unknown[]) => unknown;
  expect(thrownBy(() => onMethod({}, "start", {})).message).toContain("it marks the class of a flow");
});

test("the last of February and a Sunday that is 7 are dates that come", () => {
  expect(() => schedule({ cron: "0 6 29 2 *" })).not.toThrow();
  expect(() => schedule({ cron: "0 6 31 2 mon" })).not.toThrow();
  expect(() => schedule({ cron: "0 6 * * fri-7" })).not.toThrow();
  expect(() => schedule({ cron: "0 6 * * FRI-SUN" })).not.toThrow();
});

function thrownBy(action: () => unknown): { code: string; message: string; hint: string } {
  try {
    action();
  } catch (error) {
    return error as { code: string; message: string; hint: string };
  }
  throw new Error("nothing was thrown");
}
