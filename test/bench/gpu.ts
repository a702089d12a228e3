// `npx tsx test/bench/gpu.ts`: kernels against the same loops in plain JavaScript, on whatever this machine has; on a GPU
// also against the same kernels on the processor's SIMD threads.
import { spawnSync } from "node:child_process";
import os from "node:os";
import { parseArgs } from "node:util";
import { gpu, grid, kernel, type DeviceGrid } from "../../sdk/gpu/index.ts";
import { type KernelCase, matrixProduct, polynomial, stencil, vectorSum } from "./gpu/kernel-cases.ts";

const USAGE = `usage: tsx test/bench/gpu.ts [--quick] [--size 1024] [--rounds 5]
  --quick      small sizes, for a first look
  --size N     rows and columns of the matrices (on a GPU 4096 is measured as well)
  --rounds N   calls per kernel; the median counts`;

const HEADERS = ["kernel ms", "SIMD ms", "faster", "plain ms", "faster", "GFLOP/s", "GB/s", "error"];
/** Slow kernels are called less often. */
const MAX_MS = 20_000;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    size: { type: "string" },
    rounds: { type: "string", default: "5" },
    // For the process that measures the processor: tells times alone, also of the large cases.
    times: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
process.exitCode = values.help ? print(USAGE) : values.times ? await printTimes() : await main();

/** 1 if a result is wrong. */
async function main(): Promise<number> {
  const info = await gpu.info();
  const hasGpu = info.backend === "webgpu";
  print(
    `machine     ${os.cpus()[0]?.model.trim() ?? "?"}, ${os.availableParallelism()} processors, Node ${process.version}`,
  );
  print(`adapter     ${info.adapter ?? `none: ${info.reason ?? ""}`}`);
  print(`backend     ${info.backend}, ${info.threads} threads${info.hasSimd ? ", SIMD" : ""}`);
  print(`call        ${(await callOverheadMs()).toFixed(3)} ms for a warm kernel of one element`);
  if (hasGpu) await printBandwidth();
  const simdMs = hasGpu ? timesOnProcessor() : {};
  print(`\n${"kernel".padEnd(38)} ${HEADERS.map((header) => header.padStart(12)).join(" ")}`);
  let isRight = true;
  for (const one of casesFor({ isLarge: hasGpu })) isRight = (await measure(one, simdMs[one.name])) && isRight;
  print(
    "\nTimes are medians of whole calls, data moved there and back included; GB/s count what a kernel must read and write at least.",
  );
  print(
    "error: the largest difference to double precision over 1,000 cells, as a share of what 32-bit arithmetic may lose there.",
  );
  return isRight ? 0 : 1;
}

function casesFor({ isLarge }: { isLarge: boolean }): KernelCase[] {
  const million = values.quick ? 1e6 : 1e7;
  return [
    matrixProduct(Number(values.size ?? (values.quick ? 256 : 1024))),
    ...(isLarge && !values.quick ? [matrixProduct(4096)] : []),
    ...[vectorSum(million), polynomial(million, 256), stencil(values.quick ? 1000 : 4000)],
  ];
}

/** Milliseconds by name. */
function timesOnProcessor(): Readonly<Record<string, number>> {
  const { stdout, status } = spawnSync(process.execPath, [...process.execArgv, ...process.argv.slice(1), "--times"], {
    encoding: "utf8",
    env: { ...process.env, MILLRACE_GPU_BACKEND: "webasm" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`the processor's times could not be measured: exit code ${status}`);
  return JSON.parse(stdout) as Record<string, number>;
}

async function printTimes(): Promise<number> {
  const times: Record<string, number> = {};
  for (const one of casesFor({ isLarge: true })) times[one.name] = median(await timesOf(one, await timed(one.run)));
  return print(JSON.stringify(times));
}

/** @param firstMs - of the call that compiled */
async function timesOf(one: KernelCase, firstMs: number): Promise<number[]> {
  const rounds = Math.ceil(Math.min(Number(values.rounds) / 2, MAX_MS / firstMs));
  const times: number[] = [];
  for (let round = 0; round < Math.max(1, rounds); round++) times.push(await timed(one.run));
  return times;
}

async function measure(one: KernelCase, simdMs: number | undefined): Promise<boolean> {
  const started = performance.now();
  const { data } = await one.run();
  const firstMs = performance.now() - started;
  // Before and after: what else the machine does should burden both.
  const before = await timesOf(one, firstMs);
  const { plainMs, isWhole } = plainTime(one);
  const times = [...before, ...(await timesOf(one, firstMs))];
  const kernelMs = median(times);
  const error = largestError(one, data);
  const figures = [
    kernelMs.toFixed(1),
    simdMs?.toFixed(1) ?? "",
    simdMs === undefined ? "" : `${(simdMs / kernelMs).toFixed(1)} x`,
    `${isWhole ? "" : "~"}${plainMs.toFixed(0)}`,
    `${(plainMs / kernelMs).toFixed(1)} x`,
    (one.operations / kernelMs / 1e6).toFixed(1),
    (one.bytes / kernelMs / 1e6).toFixed(1),
    `${(100 * error).toFixed(1)} %`,
  ];
  print(
    `${one.name.padEnd(38)} ${figures.map((figure) => figure.padStart(12)).join(" ")}${error <= 1 ? "" : "  WRONG"}`,
  );
  return error <= 1;
}

/** A part of the output stands for all of it where the whole would take minutes. */
function plainTime(one: KernelCase): { plainMs: number; isWhole: boolean } {
  const share = Math.min(1, 5e9 / one.operations);
  const cells = Math.max(1, Math.floor((share * one.cells) / one.row)) * one.row;
  // Once to warm the compiler up.
  one.plain(0, Math.min(cells, one.row * Math.max(1, Math.ceil(1e5 / one.row))));
  const started = performance.now();
  one.plain(0, cells);
  return { plainMs: ((performance.now() - started) * one.cells) / cells, isWhole: share === 1 };
}

function largestError(one: KernelCase, data: Float32Array): number {
  let largest = 0;
  for (let sample = 0; sample < 1000; sample++) {
    const cell = Math.floor(Math.random() * one.cells);
    const { value, tolerance } = one.exact(cell);
    largest = Math.max(largest, Math.abs(data[cell]! - value) / tolerance);
  }
  return largest;
}

async function callOverheadMs(): Promise<number> {
  const twice = kernel(
    function (x: number) {
      return 2 * x;
    },
    { output: [1] },
  );
  for (let call = 0; call < 200; call++) await twice(call);
  const calls = 1000;
  const ms = await timed(async () => {
    for (let call = 0; call < calls; call++) await twice(call);
  });
  return ms / calls;
}

/** On the card itself, and to and from it. */
async function printBandwidth(): Promise<void> {
  const length = values.quick ? 2 ** 22 : 2 ** 25;
  const bytes = 4 * length;
  const copy = kernel(
    function (values: number[], _n: number) {
      return values[this.thread.x]!;
    },
    { output: ([, n]) => [n] },
  );
  const source = grid(new Float32Array(length), [length]);
  const there = await copy.onDevice(source, length);
  // What a number of copies takes longer than one is the copies alone.
  const copies = async (count: number) => {
    const made: DeviceGrid[] = [];
    const ms = await timed(async () => {
      for (let at = 0; at < count; at++) made.push(await copy.onDevice(made.at(-1) ?? there, length));
      await (await copy.onDevice(made.at(-1) ?? there, 1)).read();
    });
    for (const one of made) one.dispose();
    return ms;
  };
  await copies(2);
  const copyMs = (median([await copies(21), await copies(21), await copies(21)]) - (await copies(1))) / 20;
  const upMs = await timed(async () => (await (await copy.onDevice(source, length)).read()).data.length);
  const downMs = await timed(() => there.read());
  print(`card        ${((2 * bytes) / copyMs / 1e6).toFixed(1)} GB/s copying on the card (read and written),`);
  print(
    `            ${(bytes / Math.max(upMs - downMs, 1e-3) / 1e6).toFixed(1)} GB/s to it, ${(bytes / downMs / 1e6).toFixed(1)} GB/s from it`,
  );
  there.dispose();
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await act();
  return performance.now() - started;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function print(line: string): number {
  console.log(line);
  return 0;
}
