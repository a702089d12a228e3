import { Worker } from "node:worker_threads";
import { ownFile } from "../../../own-file.ts";
import type { AskedChart, DrawnChart } from "./asked-chart.ts";

const MAX_MS = 20_000;
const MAX_HEAP_MB = 1024;

/**
 * Has another library draw a chart, in a thread of its own: a specification may come from anywhere, and whatever it makes
 * the library do, it ends with the thread.
 * @throws what is wrong, for the card to show
 */
export function drawChart(asked: AskedChart): Promise<string> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(ownFile("card-charts.js"), {
      workerData: asked,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
      // What libraries print is no output of ours.
      stdout: true,
      stderr: true,
    });
    const timer = setTimeout(() => end(new Error(`it takes more than ${MAX_MS / 1000} s to draw`)), MAX_MS);
    const end = (result: Error | string) => {
      clearTimeout(timer);
      void thread.terminate();
      if (typeof result === "string") resolve(result);
      else reject(result);
    };
    thread.on("message", (answer: DrawnChart) => end("drawing" in answer ? answer.drawing : new Error(answer.fault)));
    thread.on("error", (error) => end(error instanceof Error ? error : new Error(String(error))));
    thread.on("exit", () => end(new Error("the library ended its thread")));
  });
}
