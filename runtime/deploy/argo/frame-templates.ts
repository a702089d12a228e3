import type { DeploymentPlan } from "../deployer.ts";
import type { Frame, FrameStep } from "../frames/frame.ts";
import { DistinctNames, taskName, templateName } from "./argo-name.ts";
import { type ArgoTemplate, AT, CASE, type DagTask, inputOf, outputOf, SIZE } from "./argo-template.ts";
import { type FrameSegment, segmentsOf, type Way, waysFrom } from "./segments-of.ts";
import { stepTemplates } from "./step-templates.ts";

/** The templates of a flow: `entry` is the one that runs all of it. */
export interface FlowTemplates {
  readonly entry: string;
  readonly all: readonly ArgoTemplate[];
  /** How many templates call each other, at most, where no loop turns. */
  readonly depth: number;
}

interface Called {
  readonly template: string;
  readonly depth: number;
}

/**
 * Writes frames as templates. One segment of a frame is a block of tasks; it has an input that says for which children of the
 * enclosing splits it runs, and nothing else passes through Argo but how many children there are and which case was chosen.
 */
export class FrameTemplates {
  readonly #plan: DeploymentPlan;
  readonly #names: DistinctNames;
  readonly #all: ArgoTemplate[] = [];

  constructor(plan: DeploymentPlan, names: DistinctNames) {
    this.#plan = plan;
    this.#names = names;
  }

  flow(): FlowTemplates {
    const { template, depth } = this.#frame(this.#plan.frame, false);
    return { entry: template, all: this.#all, depth };
  }

  #frame(frame: Frame, isNested: boolean): Called {
    const segments = segmentsOf(frame);
    const [first, ...more] = segments;
    const only = frame.steps[0];
    if (first === undefined || only === undefined) throw new Error(`the frame of ${frame.entry} is empty`);
    // One step and nothing around it: a block of its own would say nothing.
    if (frame.steps.length === 1 && only.goes.kind !== "split" && !frame.hasLoop)
      return { template: this.#step(only, isNested), depth: 1 };
    const own = this.#names.add(isNested ? `each-${templateName(frame.entry)}` : "flow");
    const blocks = new Map(more.map(({ root }) => [root, this.#names.add(`from-${templateName(root)}`)]));
    blocks.set(first.root, own);
    let depth = 0;
    for (const segment of segments) depth += this.#segment(segment, { blocks, isNested });
    return { template: own, depth };
  }

  /** @returns how deep what it calls goes, other segments of the frame aside */
  #segment(
    segment: FrameSegment,
    { blocks, isNested }: { readonly blocks: ReadonlyMap<string, string>; readonly isNested: boolean },
  ): number {
    const block = new Block(segment, isNested);
    let depth = 1;
    for (const step of segment.steps) {
      block.step(step, this.#step(step, isNested));
      if (step.goes.kind !== "split") continue;
      for (const body of step.goes.bodies) {
        const called = this.#frame(body, true);
        depth = Math.max(depth, called.depth);
        block.body(step, { body, template: called.template });
      }
    }
    block.calls(blocks);
    this.#all.push({
      name: blocks.get(segment.root) ?? "",
      ...(isNested ? { inputs: { parameters: [{ name: AT }] } } : {}),
      dag: { ...(this.#plan.version.options.onFailure === "finish" ? { failFast: false } : {}), tasks: block.tasks },
    });
    return depth + 1;
  }

  #step(step: FrameStep, isNested: boolean): string {
    const { template, all } = stepTemplates(this.#plan, { step, isNested, names: this.#names });
    for (const one of all) this.#all.push(one);
    return template;
  }
}

/** The tasks of one segment. */
class Block {
  readonly tasks: DagTask[] = [];
  readonly #segment: FrameSegment;
  readonly #isNested: boolean;
  readonly #names = new DistinctNames();
  readonly #taskOf = new Map<string, string>();
  /** What has to have succeeded before the join of a split goes on. */
  readonly #bodiesOf = new Map<string, string[]>();

  constructor(segment: FrameSegment, isNested: boolean) {
    this.#segment = segment;
    this.#isNested = isNested;
    for (const { step } of segment.steps) this.#taskOf.set(step, this.#names.add(taskName(step)));
  }

  step({ step }: FrameStep, template: string): void {
    const name = this.#taskOf.get(step) ?? "";
    const isRoot = step === this.#segment.root;
    const ways = isRoot ? [] : this.#segment.steps.flatMap(waysFrom).filter(({ to }) => to === step);
    this.tasks.push({ name, template, ...this.#after(ways), ...this.#at() });
  }

  body(split: FrameStep, { body, template }: { readonly body: Frame; readonly template: string }): void {
    const { goes, step } = split;
    if (goes.kind !== "split") return;
    const from = this.#taskOf.get(step) ?? "";
    const name = this.#names.add(taskName(body.entry));
    const isBranch = goes.split === "branch";
    const child = isBranch ? String(goes.bodies.indexOf(body)) : "{{item}}";
    const at = this.#isNested ? `${inputOf(AT)}.${child}` : child;
    this.tasks.push({
      ...{ name, template, depends: `${from}.Succeeded` },
      arguments: { parameters: [{ name: AT, value: at }] },
      ...(isBranch ? {} : { withSequence: { count: outputOf(from, SIZE) } }),
    });
    // Of no children at all, Argo skips the task.
    const arrived = isBranch ? `${name}.Succeeded` : `(${name}.Succeeded || ${name}.Skipped)`;
    this.#bodiesOf.set(step, [...(this.#bodiesOf.get(step) ?? []), arrived]);
  }

  /** Ways out of the segment: the block that goes on there is called, which may be this very one. */
  calls(blocks: ReadonlyMap<string, string>): void {
    const own = new Set(this.#segment.steps.map(({ step }) => step));
    for (const way of this.#segment.steps.flatMap(waysFrom)) {
      const template = blocks.get(way.to);
      const isAgain = way.to === this.#segment.root;
      if (template === undefined || (own.has(way.to) && !isAgain)) continue;
      const name = this.#names.add(isAgain ? `${taskName(way.to)}-again` : taskName(way.to));
      this.tasks.push({ name, template, ...this.#after([way]), ...this.#at() });
    }
  }

  #at(): Pick<DagTask, "arguments"> {
    return this.#isNested ? { arguments: { parameters: [{ name: AT, value: inputOf(AT) }] } } : {};
  }

  #after(ways: readonly Way[]): Pick<DagTask, "depends" | "when"> {
    if (ways.length === 0) return {};
    const depends = ways.map(({ from }) => this.#doneWith(from));
    const [first] = ways;
    const when = first?.cases == null ? null : this.#isOneOf(first.from, first.cases);
    return { depends: depends.join(" || "), ...(when === null ? {} : { when }) };
  }

  #doneWith(step: string): string {
    const bodies = this.#bodiesOf.get(step);
    if (bodies === undefined) return `${this.#taskOf.get(step) ?? ""}.Succeeded`;
    return bodies.length === 1 ? (bodies[0] ?? "") : `(${bodies.join(" && ")})`;
  }

  #isOneOf(step: string, cases: readonly string[]): string {
    const chosen = outputOf(this.#taskOf.get(step) ?? "", CASE);
    return cases.map((name) => `'${chosen}' == '${name}'`).join(" || ");
  }
}
