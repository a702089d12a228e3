import { brokenInvariant } from "../../../sdk/base/millrace-error.ts";
import { appendAll } from "../../../sdk/base/append-all.ts";
import { type Frame, followersOf, type FrameStep } from "../frames/frame.ts";
import { airflowNames } from "./airflow-names.ts";
import { segmentsOf, type Segments } from "./segments.ts";

/** A flow as the tasks of a DAG, which can neither nest mapped groups nor map anything within one. */
export interface AirflowDag {
  /** One that waits for another stands after it. */
  readonly tasks: readonly AirflowTask[];
  /** One whose list another makes stands after it. */
  readonly groups: readonly AirflowGroup[];
}

export interface AirflowTask {
  readonly id: string;
  /** The step that it executes, or serves. */
  readonly step: string;
  readonly does: AirflowWork;
  /** Null for a task that runs once. */
  readonly group: string | null;
  /** True where it runs although some of those before it did not: where ways meet. */
  readonly isMeeting: boolean;
  /** Names of the tasks right before it. */
  readonly after: readonly string[];
  /** Null where no switch leads to it. */
  readonly guard: AirflowGuard | null;
  /** Which paths of branches it is in, within the nearest foreach around it: indices with a dot between. */
  readonly within: string;
}

export type AirflowWork =
  | { readonly kind: "step"; readonly tells: "items" | "case" | null }
  /** Makes the list over which groups are mapped. */
  | { readonly kind: "items"; readonly around: string | null }
  /** Stands between a switch and a step where several ways meet. */
  | { readonly kind: "way" };

/** A task that runs only where the switch right before it has chosen one of these cases. */
export interface AirflowGuard {
  /** The task of the switch. */
  readonly of: string;
  readonly cases: readonly string[];
}

/** Tasks that run for each entry of a list. */
export interface AirflowGroup {
  readonly id: string;
  /** The task that makes the list. */
  readonly over: string;
}

/** Steps with the same enclosing foreach: they run for each entry of the same list, or once. */
interface Level {
  /** The task that makes the list; null for what runs once. */
  readonly over: string | null;
  groupOf(step: string): string | null;
}

interface EmitOptions {
  readonly level: Level;
  readonly entryAfter: readonly string[];
  readonly within: string;
}

/** @param frame - of a flow without loops and gangs */
export function airflowDag(frame: Frame): AirflowDag {
  const tasks: AirflowTask[] = [];
  const groups: AirflowGroup[] = [];
  emit(frame, { level: { over: null, groupOf: () => null }, entryAfter: [], within: "" });
  return { tasks, groups };

  /** @returns the tasks with which the frame arrives */
  function emit(of: Frame, { level, entryAfter, within }: EmitOptions): string[] {
    const before = new Map<string, string[]>(of.steps.map(({ step }) => [step, []]));
    const guards = new Map<string, AirflowGuard>();
    const arrivals: string[] = [];
    const joins = new Set<string>();
    const lead = (target: string | null, from: string) =>
      (target === null ? arrivals : (before.get(target) ?? [])).push(from);
    appendAll(before.get(of.entry) ?? [], entryAfter);
    for (const each of of.steps) {
      const { step, goes } = each;
      const after = before.get(step) ?? [];
      const group = level.groupOf(step);
      const id = airflowNames.step(step);
      const isMeeting = joins.has(step) || after.length > 1;
      const guard = guards.get(step) ?? null;
      tasks.push({ id, step, group, after, guard, isMeeting, within, does: { kind: "step", tells: toldBy(each) } });
      switch (goes.kind) {
        case "end":
          break;
        case "arrive":
          lead(null, id);
          break;
        case "to":
          lead(goes.step, id);
          break;
        case "switch":
          for (const { target, cases } of waysOf(goes.cases)) {
            const its: AirflowGuard = { of: id, cases };
            if (target === null || waysTo(of, target) > 1) {
              const way = airflowNames.way(step, target);
              tasks.push({
                id: way,
                step,
                group,
                after: [id],
                guard: its,
                isMeeting: false,
                within,
                does: { kind: "way" },
              });
              lead(target, way);
            } else {
              guards.set(target, its);
              lead(target, id);
            }
          }
          break;
        case "split": {
          joins.add(goes.join);
          lead(goes.join, id);
          for (const end of bodiesOf(each, { level, within })) lead(goes.join, end);
        }
      }
    }
    return arrivals;
  }

  function bodiesOf({ step, goes }: FrameStep, { level, within }: Pick<EmitOptions, "level" | "within">): string[] {
    if (goes.kind !== "split") throw brokenInvariant(`${step} does not split`);
    const id = airflowNames.step(step);
    if (goes.split === "branch")
      return goes.bodies.flatMap((body, index) =>
        emit(body, { level, entryAfter: [id], within: within === "" ? String(index) : `${within}.${index}` }),
      );
    const over = airflowNames.items(step);
    tasks.push({
      ...{ id: over, step, group: null, after: [id], guard: null, isMeeting: false, within },
      does: { kind: "items", around: level.over },
    });
    return goes.bodies.flatMap((body) =>
      emit(body, { level: mapped(step, segmentsOf(body)), entryAfter: [over], within: "" }),
    );
  }

  function mapped(split: string, segments: Segments): Level {
    const over = airflowNames.items(split);
    for (let part = 0; part < segments.count; part += 1) groups.push({ id: airflowNames.group(split, part), over });
    return { over, groupOf: (step) => airflowNames.group(split, segments.of(step)) };
  }
}

/** Each step to which a switch can lead, with its cases. */
function waysOf(cases: Readonly<Record<string, string | null>>): { target: string | null; cases: string[] }[] {
  const names = Object.keys(cases);
  const targets = [...new Set(Object.values(cases))];
  return targets.map((target) => ({ target, cases: names.filter((name) => cases[name] === target) }));
}

function toldBy({ goes }: FrameStep): "items" | "case" | null {
  if (goes.kind === "switch") return "case";
  return goes.kind === "split" && goes.split === "foreach" ? "items" : null;
}

function waysTo({ steps }: Frame, target: string): number {
  return steps.filter(({ goes }) => followersOf(goes).includes(target)).length;
}
