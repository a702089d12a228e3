import { smallest } from "../../../sdk/base/largest.ts";
import { brokenInvariant } from "../../../sdk/base/millrace-error.ts";
import type { Frame, Go } from "../frames/frame.ts";
import { type AslMachine, type AslState, caughtBy } from "./asl-machine.ts";
import type { FrameScope } from "./frame-scope.ts";
import { type ToldOptions, toldPlace, toldState } from "./told-state.ts";
import { stateName } from "./state-name.ts";

/** More children than Step Functions runs at once beside each other in one execution: they become executions of their own. */
const MOST_INLINE = 40;
/** Of the list of so many indices, as it lies in the store: `[0,1,…,39]`. */
const BYTES_INLINE = JSON.stringify(Array.from({ length: MOST_INLINE }, (_, index) => index)).length;
const BYTES_EMPTY = 2;
/** A body stands there twice if it is short: for few children, and for many. */
const MOST_STEPS_TWICE = 20;

export interface SplitScope extends FrameScope {
  /** The first state of the join. */
  readonly next: string;
  /** After a failure of one child the others go on. */
  readonly isFinishing: boolean;
  body(frame: Frame, scope: FrameScope): AslMachine;
}

interface SplitPlace {
  name(part: string): string;
  readonly told: ToldOptions;
}

interface WrittenSplit {
  readonly first: string;
  readonly states: Readonly<Record<string, AslState>>;
}

/** Writes what runs the children of a split, and waits for all of them. */
export class SplitStates {
  readonly #scope: SplitScope;
  readonly #states: Record<string, AslState> = {};

  constructor(scope: SplitScope) {
    this.#scope = scope;
  }

  write(goes: Extract<Go, { kind: "split" }>, place: SplitPlace): WrittenSplit {
    const first = goes.split === "branch" ? this.#branches(goes.bodies, place) : this.#children(goes.bodies, place);
    return { first, states: this.#states };
  }

  #branches(bodies: readonly Frame[], { name }: SplitPlace): string {
    const first = name("branches");
    const Branches = bodies.map((body, index) => {
      const enter = name(`branch ${index}`);
      const at = this.#scope.depth === 0 ? String(index) : { "at.$": `States.Format('{}.${index}', $.at)` };
      const machine = this.#body(body, { mark: this.#scope.mark, key: enter });
      const states: Record<string, AslState> = {
        [enter]: {
          Type: "Pass",
          Parameters: { "fire.$": "$.fire", ...(typeof at === "string" ? { at } : at) },
          Next: machine.StartAt,
        },
        ...machine.States,
      };
      return { StartAt: enter, States: states };
    });
    this.#add(first, { Type: "Parallel", Branches });
    return first;
  }

  /** How many there are only the store knows: none, few or many. */
  #children(bodies: readonly Frame[], place: SplitPlace): string {
    const { name, told } = place;
    const [body] = bodies;
    if (body === undefined) return this.#scope.next;
    const { failed, next } = this.#scope;
    const [size, choose, items, few, many] = [name("size"), name("how"), name("items"), name("few"), name("all")];
    const isTwice = body.steps.length <= MOST_STEPS_TWICE && body.steps.every(({ goes }) => goes.kind !== "split");
    this.#states[size] = toldState(told, { what: "size", then: { next: choose, failed } });
    this.#states[choose] = {
      Type: "Choice",
      Choices: [
        { Variable: "$.told.bytes", NumericLessThanEquals: BYTES_EMPTY, Next: next },
        ...(isTwice ? [{ Variable: "$.told.bytes", NumericLessThanEquals: BYTES_INLINE, Next: items }] : []),
      ],
      Default: many,
    };
    if (isTwice) {
      this.#states[items] = toldState(told, { what: "value", then: { next: few, failed } });
      this.#add(few, { ...this.#map(body, { mode: "INLINE", name }), ItemsPath: "$.told.value" });
    }
    const ItemReader = {
      Resource: "arn:aws:states:::s3:getObject",
      ReaderConfig: { InputType: "JSON" },
      Parameters: toldPlace(told),
    };
    this.#add(many, { ...this.#map(body, { mode: "DISTRIBUTED", name }), ItemReader });
    return size;
  }

  #map(body: Frame, { mode, name }: { mode: "INLINE" | "DISTRIBUTED"; name: SplitPlace["name"] }): AslState {
    const { depth, mark } = this.#scope;
    const index = "$$.Map.Item.Value";
    const isInline = mode === "INLINE";
    const machine = this.#body(body, {
      mark: isInline ? `${mark} of few` : mark,
      key: name(isInline ? "child of few" : "child"),
    });
    return {
      Type: "Map",
      MaxConcurrency: concurrencyOf(body),
      ItemSelector: {
        "fire.$": "$.fire",
        "at.$": depth === 0 ? `States.Format('{}', ${index})` : `States.Format('{}.{}', $.at, ${index})`,
      },
      ItemProcessor: {
        ProcessorConfig: isInline ? { Mode: mode } : { Mode: mode, ExecutionType: "STANDARD" },
        ...machine,
      },
    };
  }

  /**
   * What each child runs. It gives one digit, so that what 100,000 of them give stays below the limit of 256 KB: 0, or 1 where
   * it failed and the others go on.
   */
  #body(body: Frame, { mark, key }: { mark: string; key: string }): AslMachine {
    const { depth, isFinishing } = this.#scope;
    const [done, failed] = [stateName(key, "done"), isFinishing ? stateName(key, "failed") : null];
    const { StartAt, States } = this.#scope.body(body, { depth: depth + 1, mark, done, failed });
    const ends = { [done]: end(0), ...(failed === null ? {} : { [failed]: end(1) }) };
    return { StartAt, States: { ...States, ...ends } };
  }

  /** A split whose children go on after the failure of one fails itself once all of them have ended. */
  #add(key: string, state: AslState): void {
    const { failed, next, isFinishing } = this.#scope;
    const base = { ...state, ...caughtBy(failed) };
    if (!isFinishing) {
      this.#states[key] = { ...base, ResultPath: null, Next: next };
      return;
    }
    if (failed === null) throw brokenInvariant("what follows the failure of a split is not known");
    const ended = stateName(key, "ended");
    const ResultSelector = { "failed.$": "States.ArrayContains($, 1)" };
    this.#states[key] = { ...base, ResultSelector, ResultPath: "$.told", Next: ended };
    this.#states[ended] = {
      Type: "Choice",
      Choices: [{ Variable: "$.told.failed", BooleanEquals: true, Next: failed }],
      Default: next,
    };
  }
}

function end(Result: 0 | 1): AslState {
  return { Type: "Pass", Result, End: true };
}

/** 0: as many as there are. */
function concurrencyOf(body: Frame): number {
  const limits = limitsIn(body);
  return limits.length === 0 ? 0 : smallest(limits);
}

/** Of all steps of which a child has one task at a time: those of its branches among them. */
function limitsIn({ steps }: Frame): number[] {
  return steps.flatMap(({ node, goes }) => [
    ...(node.settings.concurrency === undefined ? [] : [node.settings.concurrency.limit]),
    ...(goes.kind === "split" && goes.split === "branch" ? goes.bodies.flatMap(limitsIn) : []),
  ]);
}
