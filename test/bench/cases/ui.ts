import type { Browser, CDPSession, Page } from "playwright-core";
import { startBrowser } from "../../rigs/browser/chromium.ts";
import { freshFolder } from "../fresh-folder.ts";
import { timeCommand } from "../command.ts";
import { millraceCommand } from "../millrace.ts";
import { frameRate } from "../ui/frame-rate.ts";
import { startUi, type StartedUi } from "../ui/started-ui.ts";
import { patternStore, writeLargeRun, writeManyRuns } from "../ui/synthetic-runs.ts";
import type { BenchCase, Figure } from "../bench-case.ts";

const [RUNS, TASKS, LIVE_TASKS] = [1000, 100_000, 10_000];
const [SETTLE_SECONDS, IDLE_SECONDS] = [5, 10];
const SIZE = { width: 1280, height: 800 };

interface Opened {
  readonly ui: StartedUi;
  readonly page: Page;
  readonly devtools: CDPSession;
  readonly browser: Browser;
}

/** The browser is there before the command is: its own start is not Millrace's. */
async function opened<T>(datastore: string, run: readonly string[], use: (at: Opened) => Promise<T>): Promise<T> {
  const browser = await startBrowser();
  const page = await browser.newPage({ viewport: SIZE });
  const devtools = await page.context().newCDPSession(page);
  const ui = await startUi(datastore, run);
  try {
    return await use({ ui, page, devtools, browser });
  } finally {
    await browser.close();
    await ui.stop();
  }
}

/** Milliseconds from the command to the moment in which a row with that stands on the page. */
async function shownAfter({ ui, page }: Opened, text: string): Promise<number> {
  await page.goto(ui.address, { waitUntil: "commit" });
  await page.getByRole("row").filter({ hasText: text }).first().waitFor();
  return performance.now() - ui.startedMs;
}

export const uiRuns: BenchCase = {
  name: "ui-runs",
  measures: `ui of a folder with ${RUNS} runs: from the command to the list in Chromium`,
  runs: 5,
  target: { firstAtMostMs: 300 },
  prepare: async ({ folder }) => {
    const store = freshFolder(folder);
    writeManyRuns(patternStore(store), { runs: RUNS });
    const cpuMs: number[] = [];
    return Promise.resolve({
      first: {
        label: "Millrace",
        measure: () =>
          opened(store, [], async (at) => {
            const ms = await shownAfter(at, "BenchForeach");
            cpuMs.push(at.ui.cpuMs());
            return ms;
          }),
        figures: () => [{ label: "processor time of the command until then", unit: "ms" as const, samples: cpuMs }],
      },
      second: null,
    });
  },
};

export const uiRun: BenchCase = {
  name: "ui-run",
  measures: `ui of a run of ${TASKS} tasks: from the command to its steps in Chromium`,
  runs: 3,
  target: { firstAtMostMs: 1000 },
  prepare: async ({ folder }) => {
    const store = freshFolder(folder);
    const run = writeLargeRun(patternStore(store), { tasks: TASKS });
    const seen: Record<"cpu" | "drawn" | "pan" | "zoom" | "heap" | "server", number[]> = {
      cpu: [],
      drawn: [],
      pan: [],
      zoom: [],
      heap: [],
      server: [],
    };
    return Promise.resolve({
      first: {
        label: "Millrace",
        measure: () =>
          opened(store, [`BenchForeach/${run}`], async (at) => {
            const { page, ui, devtools } = at;
            const ms = await shownAfter(at, "collect");
            seen.cpu.push(ui.cpuMs());
            await page.getByRole("link", { name: "Timeline" }).click();
            const canvas = page.getByRole("application", { name: `Timeline of ${TASKS + 1} tasks` });
            await canvas.waitFor();
            seen.drawn.push(performance.now() - ui.startedMs);
            const box = await canvas.boundingBox();
            const [x, y] = [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2];
            await page.mouse.move(x, y);
            seen.zoom.push(await frameRate(page, (turn) => page.mouse.wheel(0, turn % 40 < 25 ? -60 : 60)));
            await page.mouse.down();
            seen.pan.push(await frameRate(page, (turn) => page.mouse.move(x + 150 * Math.sin(turn / 10), y)));
            await page.mouse.up();
            seen.heap.push(await heapMb(devtools));
            seen.server.push(ui.peakMb());
            return ms;
          }),
        figures: (): Figure[] => [
          { label: "processor time of the command until its steps are there", unit: "ms", samples: seen.cpu },
          { label: "from the command to the timeline", unit: "ms", samples: seen.drawn },
          { label: "frames while it is zoomed", unit: "a second", samples: seen.zoom, atLeast: 30 },
          { label: "frames while it is dragged", unit: "a second", samples: seen.pan, atLeast: 30 },
          { label: "heap of the page", unit: "MB", samples: seen.heap, atMost: 200 },
          { label: "peak memory of the server", unit: "MB", samples: seen.server, atMost: 300 },
        ],
      },
      second: null,
    });
  },
};

async function heapMb(devtools: CDPSession): Promise<number> {
  await devtools.send("HeapProfiler.collectGarbage");
  await devtools.send("Performance.enable");
  const { metrics } = await devtools.send("Performance.getMetrics");
  return (metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? NaN) / 1e6;
}

export const uiLive: BenchCase = {
  name: "ui-live",
  measures: `run of ${LIVE_TASKS} tasks while a page follows it, against one that nobody looks at`,
  runs: 1,
  isLong: true,
  prepare: async ({ folder }) => {
    const figures: Record<"repeated" | "beyond" | "idle", number[]> = { repeated: [], beyond: [], idle: [] };
    const run = (store: string) =>
      millraceCommand("foreach.ts", {
        args: ["run", "--count", `${LIVE_TASKS}`, "--datastore", store],
        expects: { exitCode: 0, prints: /result=/ },
      });
    return Promise.resolve({
      first: {
        label: "alone",
        measure: () => timeCommand(run(freshFolder(folder))),
        warmUp: () => Promise.resolve(),
      },
      second: {
        label: "followed",
        warmUp: () => Promise.resolve(),
        measure: async () => {
          const store = freshFolder(folder);
          const pattern = patternStore(store);
          return opened(store, [], async (at) => {
            await shownAfter(at, "BenchForeach");
            const wall = timeCommand(run(store));
            const received = receivedEvents(at.devtools);
            await at.page.locator(".run-line").filter({ hasText: "running" }).first().waitFor();
            const latest = pattern.store.runs(pattern.document.flow).at(-1) ?? "";
            await at.page.goto(new URL(`/runs/BenchForeach/${latest}`, at.ui.address).href);
            const wallMs = await wall;
            await at.page.getByText("succeeded").first().waitFor();
            const ids = received.ids();
            if (ids.length === 0) throw new Error("the page got no event: it did not follow the run");
            const events = [...pattern.store.record(pattern.document.flow, latest).events()].length;
            figures.repeated.push(ids.length - new Set(ids).size);
            figures.beyond.push(Math.max(0, ids.length - events));
            // What the end of the run leads to is no part of an idle minute.
            await pause(SETTLE_SECONDS);
            const before = received.bytes();
            await pause(IDLE_SECONDS);
            figures.idle.push(((received.bytes() - before) * (60 / IDLE_SECONDS)) / 1000);
            return wallMs;
          });
        },
        figures: () => [
          { label: "events that the page got more than once", unit: "events", samples: figures.repeated, atMost: 0 },
          { label: "events beyond those of the journal", unit: "events", samples: figures.beyond, atMost: 0 },
          { label: "what a minute sends after the run has ended", unit: "kB", samples: figures.idle, atMost: 1 },
        ],
      },
    });
  },
};

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** What comes to the page from the server. */
function receivedEvents(devtools: CDPSession): { ids(): string[]; bytes(): number } {
  const ids: string[] = [];
  let bytes = 0;
  void devtools.send("Network.enable");
  devtools.on("Network.eventSourceMessageReceived", ({ eventId }) => void ids.push(eventId));
  devtools.on("Network.dataReceived", ({ encodedDataLength, dataLength }) => {
    bytes += Math.max(encodedDataLength, dataLength);
  });
  return { ids: () => ids, bytes: () => bytes };
}
