import type { Refused } from "../base/refused.ts";
import { annotate } from "./annotate.ts";
import { define, type TableOf } from "./decorator-definition.ts";
import type { DecoratorPlace, OptionsOrFactory, StepOrClassDecorator } from "./step-decorator.ts";
import { flagOption, objectOption, type Reader, textOption } from "./reader.ts";
import type { Need } from "./need.ts";
import { COMPUTE_OPTIONS, neededResources } from "./resources.ts";

/** Options of {@link slurm}. */
export interface SlurmOptions {
  /** Partition, or several with commas between: the one that starts the job first takes it. */
  readonly partition?: string;
  /** Account that pays for the job. */
  readonly account?: string;
  /** Quality of service. */
  readonly qos?: string;
  /**
   * CPUs; parts of one are rounded up.
   * @defaultValue 1
   */
  readonly cpu?: Need;
  /**
   * Memory in MB.
   * @defaultValue 4096
   */
  readonly memory?: Need;
  /**
   * GPUs of any kind: `--gres=gpu:N`.
   * @defaultValue 0
   */
  readonly gpu?: Need;
  /** Generic resources in Slurm's own words, such as `"gpu:a100:2"`; takes the place of `gpu`. */
  readonly gres?: string;
  /**
   * Time limit, in Slurm's own words: minutes, `"2:00:00"`, `"1-12"`.
   * @defaultValue the step's `@timeout` and five minutes, else the partition's
   */
  readonly time?: string | number;
  /** Features that the nodes must have, such as `"a100&nvlink"`. */
  readonly constraint?: string;
  /** Reservation to run in. */
  readonly reservation?: string;
  /**
   * No other job on the node.
   * @defaultValue false
   */
  readonly exclusive?: boolean;
  /** Nodes to choose from, such as `"gpu[01-04]"`. */
  readonly nodelist?: string;
  /** Apptainer image to run in: a file that the nodes see, or an address such as `"docker://node:22"`. */
  readonly container?: string;
  /**
   * Further options of `sbatch` by their long names: `{ "mail-type": "END", nice: 100, contiguous: true }`. `false` leaves
   * out one that Millrace would give.
   */
  readonly overrides?: Readonly<Record<string, string | number | boolean>>;
}

/**
 * Says what a step needs on a Slurm cluster. `run --remote` sends the step there; a plain `run` executes it here.
 *
 * @example
 * ```ts
 * class TrainFlow extends FlowSpec {
 *   @slurm({ partition: "gpu", gpu: 2, memory: 16_000, time: "4:00:00" })
 *   @step start() {
 *     this.next(this.end);
 *   }
 *   @step end() {}
 * }
 * ```
 */
export function slurm(options?: OptionsOrFactory<SlurmOptions>): StepOrClassDecorator;
/** @hidden The mistake of leaving out the parentheses. */
export function slurm<Target>(
  target: Target,
  place: DecoratorPlace,
  descriptor?: unknown,
): Refused<"@slurm needs parentheses: write @slurm()">;
export function slurm(...args: readonly unknown[]): unknown {
  return annotate("slurm", args);
}

/** `minutes`, `minutes:seconds`, `hours:minutes:seconds`, `days-hours`, `days-hours:minutes[:seconds]`. */
const TIME = /^\s*(?:\d+(?::\d\d?){0,2}|\d+-\d\d?(?::\d\d?){0,2}|infinite|unlimited)\s*$/i;

function timeOption(): Reader<string> {
  return {
    expects: 'a time as Slurm writes it: minutes, "2:00:00" or "1-12"',
    read(value) {
      if (typeof value === "number") return Number.isInteger(value) && value > 0 ? String(value) : undefined;
      return typeof value === "string" && TIME.test(value) ? value.trim() : undefined;
    },
    parse: (text) => text,
  };
}

/** Also by which the engine reads what a job's papers say. */
export const SLURM_OPTIONS = {
  partition: textOption("the name of a partition"),
  account: textOption("the name of an account"),
  qos: textOption("the name of a quality of service"),
  ...COMPUTE_OPTIONS,
  gres: textOption("generic resources, as gpu:a100:2"),
  time: timeOption(),
  constraint: textOption("features of nodes"),
  reservation: textOption("the name of a reservation"),
  exclusive: flagOption(),
  nodelist: textOption("names of nodes"),
  container: textOption("an Apptainer image"),
  overrides: objectOption() as Reader<Readonly<Record<string, string | number | boolean>>>,
} satisfies TableOf<SlurmOptions>;

export const slurmDefinition = define({
  name: "slurm",
  options: SLURM_OPTIONS,
  settings({ cpu, gpu, memory, ...options }) {
    return { resources: neededResources({ cpu, gpu, memory }), engine: { name: "slurm", options } };
  },
});
