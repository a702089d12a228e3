import { performance } from "node:perf_hooks";
import { host, type CurrentTask } from "../../../sdk/base/host.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { OwnDecorator } from "../../../sdk/base/own-decorator.ts";
import type { AttemptOutcome, DecoratedTask } from "../../../sdk/decorators/decorator.ts";
import { evaluateOptions } from "../../../sdk/decorators/decorator-definition.ts";
import { ownUses } from "../../../sdk/decorators/effective-uses.ts";
import { ownOptions } from "../../../sdk/decorators/own-options.ts";
import { loadArtifacts } from "../../datastore/load-artifact.ts";
import { impliedTransition } from "../next-call.ts";
import type { StepAttempt } from "../step-attempt.ts";
import type { Aspect, AttemptAspect } from "./aspect.ts";

/** Decorators that the flow's code made with `decorator()`: their hooks surround the step's code. */
export const OWN_DECORATORS: Aspect = {
  name: "own decorators",
  isFor: ({ own }) => own !== undefined,
  begin: (attempt) => new OwnHooks(attempt),
};

/** A decorator whose turn has come in this attempt. */
interface Entered {
  readonly own: OwnDecorator;
  readonly task: DecoratedTask<unknown>;
  readonly since: number;
}

class OwnHooks implements AttemptAspect {
  readonly #attempt: StepAttempt;
  /** Those whose `after` is still to be called, the outermost first. */
  readonly #entered: Entered[] = [];

  constructor(attempt: StepAttempt) {
    this.#attempt = attempt;
  }

  async around(body: () => Promise<void>): Promise<void> {
    const { uses, flow } = this.#attempt;
    const configs = loadArtifacts(flow.blobs, flow.document.configs);
    let hasRun = false;
    let run = async () => {
      hasRun = true;
      await body();
    };
    for (const use of [...ownUses(uses())].reverse()) {
      const { own } = use;
      if (own === undefined) continue;
      const options = ownOptions(own, evaluateOptions(use, configs));
      const next = run;
      run = () => this.#through(own, { options, next });
    }
    await run();
    if (!hasRun) this.#goOn();
  }

  /** Innermost first. What a hook throws after a success fails the attempt; after a failure it is only told. */
  async ended({ status, error }: Pick<AttemptOutcome, "status" | "error">): Promise<void> {
    for (let one = this.#entered.pop(); one !== undefined; one = this.#entered.pop()) {
      const { own, task, since } = one;
      try {
        await own.after?.(task, { status, error, durationMs: performance.now() - since } satisfies AttemptOutcome);
      } catch (thrown) {
        const failure = this.#failure(own, { hook: "after", thrown });
        if (status === "succeeded") throw failure;
        process.stderr.write(`warning: ${failure.message}\n`);
      }
    }
  }

  async #through(own: OwnDecorator, { options, next }: { options: unknown; next: () => Promise<void> }): Promise<void> {
    const entered = { own, task: this.#task(options), since: performance.now() };
    this.#entered.push(entered);
    try {
      await own.before?.(entered.task);
    } catch (thrown) {
      throw this.#failure(own, { hook: "before", thrown });
    }
    if (own.around === null) return next();
    await this.#around(own, { task: entered.task, next });
  }

  async #around(own: OwnDecorator, { task, next }: { task: unknown; next: () => Promise<void> }): Promise<void> {
    const passed = new Set<unknown>();
    const open = new Map<symbol, Promise<void>>();
    const pass = async (call: symbol): Promise<void> => {
      try {
        await next();
      } catch (error) {
        passed.add(error);
        throw error;
      } finally {
        open.delete(call);
      }
    };
    const tracked = (): Promise<void> => {
      const call = Symbol("next");
      // Nothing else may listen to it: a failure that the hook does not wait for must stay one that nobody handles.
      const running = pass(call);
      open.set(call, running);
      return running;
    };
    try {
      await own.around?.(tracked, task);
      // One that was started and not waited for is still the step.
      await Promise.all(open.values());
    } catch (thrown) {
      throw passed.has(thrown) ? thrown : this.#failure(own, { hook: "around", thrown });
    }
  }

  /** Where a hook took the place of the step's code, the flow goes where that would have led, if there is but one way. */
  #goOn(): void {
    const { next, node } = this.#attempt;
    if (next.isTaken || node.transition.kind === "end") return;
    const { kind } = node.transition;
    if (kind === "linear" || kind === "branch") return next.take(impliedTransition(node));
    throw new MillraceError({
      code: "MILLRACE_NO_NEXT",
      headline: `Cannot go on after step ${node.name} because a decorator took the place of its code, and did not say where to go`,
      hint: "call task.flow.next(…) in around, with the step's own arguments",
    });
  }

  #task(options: unknown): DecoratedTask<unknown> {
    const current = host().task?.current as CurrentTask;
    const extra = { flow: { value: this.#attempt.instance }, options: { value: options } };
    return Object.create(current, extra) as DecoratedTask<unknown>;
  }

  #failure(own: OwnDecorator, { hook, thrown }: { hook: string; thrown: unknown }): MillraceError {
    return new MillraceError({
      code: "MILLRACE_DECORATOR_HOOK",
      headline: `Cannot run step ${this.#attempt.node.name} because ${hook} of @${own.name} failed: ${messageOf(thrown)}`,
      cause: thrown,
    });
  }
}
