// What measuring costs, in processor time: `npx tsx test/bench/usage.ts`, on Linux.
import { AttemptMeter } from "../../runtime/engines/usage/attempt-meter.ts";
import { FamilyWatch } from "../../runtime/engines/usage/family-watch.ts";
import { linuxMemory } from "../../runtime/engines/usage/linux-memory.ts";
import { usageWatch } from "../../runtime/worker/usage-watch.ts";

const ROUNDS = 5;
const TASKS = 5000;
const LOOKS = 500;

const watch = usageWatch();
const meter = new AttemptMeter({});
const inWorker = microseconds(TASKS, () => {
  watch()();
});
const inScheduler = microseconds(TASKS, (task) => {
  meter.begin(task, { pid: process.pid, gpus: [] });
  meter.end(task, {
    status: "failed",
    usage: { cpuMs: 1, systemMs: 0, peakMemory: 1e8 },
    error: { name: "Error", message: "" },
    isRetryable: true,
    isCrash: false,
  });
});
console.log(`a trivial task: ${inWorker.toFixed(1)} µs in the worker, ${inScheduler.toFixed(1)} µs in the scheduler`);

const memory = linuxMemory();
if (memory !== null) {
  const family = new FamilyWatch(process.pid, memory);
  let now = 0;
  // As far apart as beside a long task.
  const look = microseconds(LOOKS, () => family.look((now += 1000)));
  console.log(`beside a long task: ${look.toFixed(0)} µs a look, ${(look / 1e4).toFixed(3)} % of a processor`);
}

/** The median of several rounds. */
function microseconds(times: number, act: (at: number) => void): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    for (let at = 0; at < times; at += 1) act(at);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / times;
  });
  return rounds.sort((one, other) => one - other)[Math.floor(ROUNDS / 2)] ?? NaN;
}
