import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { canDrawScreen } from "../../../config.ts";
import { leave } from "../../../leave.ts";
import type { StoreContext } from "../../cli-context.ts";
import { printedLines } from "../../progress/printed-lines.ts";
import { RunsView } from "./runs/runs-view.ts";
import { FullScreen } from "./screen/full-screen.ts";
import { ViewStack } from "./view-stack.ts";

export interface TopOptions {
  readonly datastore?: string;
}

/** Durations go on by themselves. */
const TICK_MS = 1000;

/** Looks at the runs of a store in the whole terminal, until the user leaves. */
export async function showTop(context: StoreContext, options: TopOptions): Promise<void> {
  if (!canDrawScreen()) throw noTerminal(context.programName);
  const store = context.datastore(options);
  const { colors } = context.output({});
  const { location } = store.storage;
  const runs = new RunsView({ store, flow: context.flowName, colors });
  leave(await used(new ViewStack([runs], { location, colors })));
}

/** Gives the exit code once it is left; the terminal is restored by then, also if something is thrown. */
function used(views: ViewStack): Promise<number> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const write = process.stdout.write.bind(process.stdout);
    const said: string[] = [];
    // What else this process prints, as a warning of Node's, would stand in the middle of the screen.
    const release = printedLines((line) => said.push(line));
    const screen = new FullScreen({
      stdin: process.stdin,
      stdout: process.stdout,
      write: (text) => void write(text),
      key: (key) => guarded(() => press(key)),
      rows: (size) => views.rows(size),
      fails: (error) => guarded(() => throwIt(error)),
      end,
    });
    const tick = setInterval(() => screen.changed(), TICK_MS);
    screen.open();
    guarded(look);

    function press(key: string): void {
      if (key === "ctrl-c") return end(130);
      if (key === "ctrl-z") return screen.suspend();
      if (key === "ctrl-l") return screen.redraw();
      views.press(key);
      if (!views.isOpen) return end(0);
      screen.changed();
      // Not at once: many keys may have come together.
      lookIn(0);
    }

    function look(): void {
      clearTimeout(timer);
      const next = views.look();
      screen.changed();
      // Keys that came meanwhile are answered before it reads on.
      if (next !== null) lookIn(next);
    }

    function lookIn(ms: number): void {
      clearTimeout(timer);
      timer = setTimeout(() => guarded(look), ms);
    }

    function end(code: number): void {
      stop();
      resolve(code);
    }

    function stop(): void {
      clearTimeout(timer);
      clearInterval(tick);
      screen.close();
      release();
      for (const line of said.splice(0)) process.stderr.write(`${line}\n`);
    }

    function guarded(act: () => void): void {
      try {
        act();
      } catch (error) {
        stop();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    }
  });
}

function throwIt(error: unknown): never {
  throw error;
}

function noTerminal(programName: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: "Cannot show top because it takes a whole terminal: stdin or stdout is not one",
    hint: `${programName} runs lists the runs, and ${programName} status RUN shows one`,
  });
}
