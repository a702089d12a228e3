import path from "node:path";
import { parseSourceMap } from "../../../datastore/source-map.ts";
import { sourceNames } from "../../../datastore/source-names.ts";
import { type Bundle, bundleFlow } from "../../../package/bundle.ts";
import { codeReach, type CodeReachOptions } from "../../../package/reach/code-reach.ts";
import { clockText, durationText } from "../../../text/duration-text.ts";
import type { Output } from "../../output.ts";
import { reportError } from "../../report-error.ts";
import { ModuleWatch } from "./module-watch.ts";
import { type SpinExit, SpinProcess } from "./spin-process.ts";

export interface DevSessionOptions extends CodeReachOptions {
  readonly step: string;
  readonly flowFile: string;
  /** What `spin` is called with. */
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly output: Output;
}

interface SeenCode {
  readonly whole: string;
  /** Of that, what the step reaches; null where that cannot be told. */
  readonly reach: string | null;
}

/** Wrong usage: no save makes it right. */
const USAGE = 2;

/** Spins a step, and again at each save of a module that it reaches. */
export class DevSession {
  readonly #options: DevSessionOptions;
  readonly #watch = new ModuleWatch((files) => void this.#then(() => this.#saved(files)));
  /** What happens happens one after the other. */
  #turn: Promise<void> = Promise.resolve();
  #spin: SpinProcess | null = null;
  #spins = 0;
  /** Null while the code cannot be read. */
  #code: SeenCode | null = null;
  #end: ((code: number) => void) | null = null;

  constructor(options: DevSessionOptions) {
    this.#options = options;
  }

  /** Until {@link stop}, or until the first spin is wrong usage. Gives the exit code. */
  run(): Promise<number> {
    const over = new Promise<number>((resolve) => (this.#end = resolve));
    this.#watch.follow([this.#options.flowFile]);
    void this.#then(() => this.#saved([]));
    return over.finally(() => this.#watch.close());
  }

  stop(): void {
    void this.#then(async () => {
      await this.#spin?.stop();
      this.#end?.(130);
    });
  }

  #then(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work).catch((error: unknown) => reportError(error, { isJson: false }));
    return this.#turn;
  }

  async #saved(files: readonly string[]): Promise<void> {
    const before = this.#code;
    const names = files.map((file) => path.relative(this.#options.cwd, file)).join(", ");
    const bundle = await this.#bundle(names);
    if (bundle === null) return;
    this.#code = this.#read(bundle);
    const { whole, reach } = this.#code;
    // A save that changes nothing is a wish to see it again.
    const isElsewhere = before !== null && reach !== null && before.reach === reach && before.whole !== whole;
    if (isElsewhere) return this.#say(`${names} saved: ${this.#options.step} does not reach what changed`);
    await this.#stopSpin(names);
    this.#start();
  }

  /** Null where the code cannot be read: the next save may fix it. */
  async #bundle(names: string): Promise<Bundle | null> {
    const { flowFile } = this.#options;
    try {
      const bundle = await bundleFlow(flowFile);
      const sources = sourceNames(parseSourceMap(bundle.code.map));
      this.#watch.follow([flowFile, ...sources.map((source) => path.resolve(bundle.root, source))]);
      return bundle;
    } catch (error) {
      await this.#stopSpin(names);
      this.#options.output.clear();
      reportError(error, { isJson: false });
      this.#code = null;
      this.#watch.followAny();
      this.#say("the code cannot be read; waiting for the next save");
      return null;
    }
  }

  #read({ code }: Bundle): SeenCode {
    const whole = code.script;
    try {
      const { pieces, externals } = codeReach(code, this.#options)(this.#options.step);
      const imports = [...externals].map((at) => code.imports[at]?.specifier ?? "");
      return { whole, reach: JSON.stringify([[...pieces], imports]) };
    } catch {
      return { whole, reach: null };
    }
  }

  async #stopSpin(names: string): Promise<void> {
    if (this.#spin === null) return;
    const { durationMs } = await this.#spin.stop();
    this.#say(`stopped after ${durationText(durationMs)}, as ${names} was saved`);
  }

  #start(): void {
    const { words, cwd, env, output } = this.#options;
    output.clear();
    const spin = (this.#spin = new SpinProcess(words, { cwd, env }));
    this.#spins += 1;
    const isFirst = this.#spins === 1;
    void spin.ended.then((end) => this.#ended(spin, { end, isFirst }));
  }

  #ended(spin: SpinProcess, { end, isFirst }: { end: SpinExit; isFirst: boolean }): void {
    if (this.#spin === spin) this.#spin = null;
    if (spin.isStopped) return;
    if (isFirst && end.code === USAGE) return this.#end?.(USAGE);
    const { colors } = this.#options.output;
    const outcome = end.code === 0 ? colors.green("succeeded") : colors.red("failed");
    this.#say(`${this.#options.step} ${outcome} in ${durationText(end.durationMs)}; waiting for the next save`);
  }

  #say(text: string): void {
    const { output } = this.#options;
    output.note(`${output.colors.dim(`[${clockText(Date.now())}]`)} ${text}`);
  }
}
