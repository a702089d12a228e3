import { mkdirSync } from "node:fs";
import path from "node:path";
import { framesOf, quantile } from "../board/frames-of.ts";
import { paintedShare } from "../board/painted-share.ts";
import { inTerminal, type TerminalRecord } from "../board/terminal-command.ts";
import { type Command, timeCommand } from "../command.ts";
import { freshFolder } from "../fresh-folder.ts";
import { millraceCommand, storeCommand } from "../millrace.ts";
import type { BenchCase, Figure } from "../bench-case.ts";

const TASKS = 10_000;
const LINES = /^[^\n]*line \d+\.[^\n]*\r?\n/gm;
const EXPECTS = { exitCode: 0, prints: new RegExp(`result=${TASKS}\\b`) };

/** What the frames of several records were like. */
class BoardFigures {
  readonly #medians: number[] = [];
  readonly #ninetyFifths: number[] = [];
  readonly #most: number[] = [];

  take(record: TerminalRecord, lines: RegExp): void {
    const { bytes, mostASecond } = framesOf(record, lines);
    if (/\u001b\[\d*J/.test(record.text)) throw new Error("the screen was erased");
    this.#medians.push(quantile(bytes, 0.5) / 1000);
    this.#ninetyFifths.push(quantile(bytes, 0.95) / 1000);
    this.#most.push(mostASecond);
  }

  figures(): Figure[] {
    return [
      { label: "a frame without the lines of output", unit: "kB", samples: this.#medians, atMost: 2 },
      { label: "the same, 95 % of them", unit: "kB", samples: this.#ninetyFifths },
      // A second that begins with a frame holds one more.
      { label: "frames", unit: "a second", samples: this.#most, atMost: 11 },
    ];
  }
}

/** The board of `run`, with a line of output from every task. */
export const boardRun: BenchCase = {
  name: "board-run",
  measures: `run of ${TASKS} tasks that print a line each, in a terminal against one whose output goes to a pipe`,
  runs: 3,
  target: { atMost: 1.1 },
  prepare: async ({ folder }) => {
    const drawn = new BoardFigures();
    const shares: number[] = [];
    const run = (options: readonly string[] = []): Command => {
      const args = ["run", "--count", `${TASKS}`, "--datastore", freshFolder(folder)];
      const command = millraceCommand("lines.ts", { args, expects: EXPECTS });
      return { ...command, args: [...options, ...command.args] };
    };
    return {
      first: { label: "pipe", measure: () => timeCommand(run()) },
      second: {
        label: "terminal",
        async warmUp() {
          const profiles = path.join(path.dirname(freshFolder(folder)), "profiles");
          mkdirSync(profiles);
          checkLines(await inTerminal(run(["--cpu-prof", `--cpu-prof-dir=${profiles}`])));
          const { totalMs, paintedMs } = paintedShare(profiles);
          shares.push((100 * paintedMs) / totalMs);
        },
        async measure() {
          const record = await inTerminal(run());
          checkLines(record);
          drawn.take(record, LINES);
          return record.wallMs;
        },
        figures: () => [
          ...drawn.figures(),
          { label: "the painter's share of the processor time of run's own process", unit: "%", samples: shares },
        ],
      },
    };
  },
};

/** `status --watch` of a run of another process. */
export const boardWatch: BenchCase = {
  name: "board-watch",
  measures: `status --watch of a run of ${TASKS} tasks, from its start to its end, in a terminal`,
  runs: 3,
  prepare: async ({ folder }) => {
    const drawn = new BoardFigures();
    return Promise.resolve({
      first: {
        label: "watch",
        async measure() {
          const store = freshFolder(folder);
          const args = ["run", "--count", `${TASKS}`, "--datastore", store];
          const running = timeCommand(millraceCommand("lines.ts", { args, expects: EXPECTS }));
          const record = await watched(store);
          await running;
          drawn.take(record, /^$/g);
          return record.wallMs;
        },
        figures: () => drawn.figures(),
      },
      second: null,
    });
  },
};

const BETWEEN_TRIES_MS = 50;

/** From the moment on in which there is a run. */
async function watched(store: string): Promise<TerminalRecord> {
  const command = storeCommand(["status", "--watch", "--datastore", store], { exitCode: 0 });
  for (;;) {
    const record = await inTerminal(command);
    if (record.exitCode === 0) return record;
    if (!/holds no run/.test(record.text)) throw new Error(record.text);
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES_MS));
  }
}

/** Each line of output stands there once. */
function checkLines({ text, exitCode }: TerminalRecord): void {
  if (exitCode !== 0) throw new Error(`the run ended with ${exitCode}: ${text.slice(-1000)}`);
  const lines = [...text.matchAll(/line (\d+)\./g)].map(([, number]) => number);
  if (lines.length !== TASKS || new Set(lines).size !== TASKS)
    throw new Error(`${lines.length} lines were written of ${TASKS} tasks, ${new Set(lines).size} of them different`);
}
