import { largest } from "../base/largest.ts";
import { messageOf } from "../base/message-of.ts";
import type { DecoratorUse } from "../base/metadata.ts";
import { DEFAULT_RESOURCES, type Needs, type ResourceSettings } from "../base/step-settings.ts";
import { type PartialNeeds, wrongOption } from "./decorator-definition.ts";
import { errorAtUse } from "./effective-uses.ts";
import type { Need } from "./need.ts";

/** A step may be tried again any number of times, and what is needed for each is stored with the run. */
const MAX_ATTEMPTS = 100;

/** The largest that any of them names, for each attempt that so many retries allow. */
export function mergedNeeds(needs: readonly PartialNeeds[], retries: number): ResourceSettings {
  const names = Object.keys(DEFAULT_RESOURCES) as (keyof Needs)[];
  const asked = names.filter((name) => needs.some((need) => need[name] !== undefined));
  const isFixed = needs.every((need) => names.every((name) => typeof need[name] !== "function"));
  const attempts = isFixed ? 1 : Math.min(retries + 1, MAX_ATTEMPTS);
  const [first, ...later] = Array.from({ length: attempts }, (_, attempt) => {
    const merged = names.map((name) => {
      const values = needs.flatMap((need) => valueOf(need[name], attempt) ?? []);
      return [name, values.length > 0 ? largest(values) : DEFAULT_RESOURCES[name]];
    });
    return Object.fromEntries(merged) as Needs;
  });
  const different = later.slice(0, 1 + later.findLastIndex((one, at) => !isSame(one, later[at - 1] ?? first)));
  return { ...(first ?? DEFAULT_RESOURCES), asked, ...(different.length > 0 ? { later: different } : {}) };
}

/** The same needs; an error in what one of them is for an attempt names the decorator and its place. */
export function placedNeeds(needs: PartialNeeds, { use, step }: { use: DecoratorUse; step: string }): PartialNeeds {
  const entries = Object.entries(needs).map(([name, need]) => [name, placed(name, need)] as const);
  return Object.fromEntries(entries);

  function placed(name: string, need: Need): Need {
    // Nobody wants to read a part of a megabyte, and no engine takes one.
    const whole = (value: number) => (name.endsWith("Mb") ? Math.ceil(value) : value);
    if (typeof need === "number") return whole(need);
    return ({ attempt }) => {
      const option = OPTIONS[name as keyof Needs];
      try {
        return whole(need({ attempt }));
      } catch (error) {
        const problem = `${option} of attempt ${attempt} of step ${step} ${messageOf(error)}`;
        throw errorAtUse(wrongOption(use.decorator, problem, `correct the function ${option}`), use, step);
      }
    };
  }
}

/** As decorators name them. */
const OPTIONS: Readonly<Record<keyof Needs, string>> = {
  cpu: "cpu",
  gpu: "gpu",
  memoryMb: "memory",
  diskMb: "disk",
  sharedMemoryMb: "sharedMemory",
};

function valueOf(need: Need | undefined, attempt: number): number | undefined {
  return typeof need === "function" ? need({ attempt }) : need;
}

function isSame(one: Needs, other: Needs | undefined): boolean {
  return (Object.keys(one) as (keyof Needs)[]).every((name) => one[name] === other?.[name]);
}
