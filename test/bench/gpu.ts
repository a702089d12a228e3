// `npx tsx test/bench/gpu.ts`: kernels against the same loops in plain JavaScript, on whatever this machine has.
import os from "node:os";
import { parseArgs } from "node:util";
import { gpu, grid, kernel, type DeviceGrid } from "../../sdk/gpu/index.ts";
import { type KernelCase, matrixProduct, polynomial, stencil, vectorSum } from "./gpu/kernel-cases.ts";

const USAGE = `usage: tsx test/bench/gpu.ts [--quick] [--size 1024] [--rounds 5]
  --quick      small sizes, for a first look
  --size N     rows and columns of the matrices (on a GPU 4096 is measured as well)
  --rounds N   calls per kernel; the median counts`;

const HEADERS = ["kernel ms", "plain ms", "faster", "GFLOP/s", "GB/s", "error"];

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    size: { type: "string" },
    rounds: { type: "string", default: "5" },
    help: { type: "boolean", default: false },
  },
});
process.exitCode = values.help ? print(USAGE) : await main();

/** 1 if a result is wrong. */
async function main(): Promise<number> {
  const info = await gpu.info();
  const hasGpu = info.backend === "webgpu";
  const size = Number(values.size ?? (values.quick ? 256 : 1024));
  print(
    `machine     ${os.cpus()[0]?.model.trim() ?? "?"}, ${os.availableParallelism()} processors, Node ${process.version}`,
  );
  print(`adapter     ${info.adapter ?? `none: ${info.reason ?? ""}`}`);
  print(`backend     ${info.backend}, ${info.threads} threads${info.hasSimd ? ", SIMD" : ""}`);
  print(`call        ${(await callOverheadMs()).toFixed(3)} ms for a warm kernel of one element`);
  if (hasGpu) await printBandwidth();
  const million = values.quick ? 1e6 : 1e7;
  const cases = [
    matrixProduct(size),
    ...(hasGpu && !values.quick ? [matrixProduct(4096)] : []),
    ...[vectorSum(million), polynomial(million, 256), stencil(values.quick ? 1000 : 4000)],
  ];
  print(`\n${"kernel".padEnd(38)} ${HEADERS.map((header) => header.padStart(12)).join(" ")}`);
  let isRight = true;
  for (const one of cases) isRight = (await measure(one)) && isRight;
  print(
    "\nTimes are medians of whole calls, data moved there and back included; GB/s count what a kernel must read and write at least.",
  );
  print(
    "error: the largest difference to double precision over 1,000 cells, as a share of what 32-bit arithmetic may lose there.",
  );
  return isRight ? 0 : 1;
}

async function measure(one: KernelCase): Promise<boolean> {
  const { data } = await one.run();
  const times: number[] = [];
  const rounds = Math.max(1, Math.ceil(Number(values.rounds) / 2));
  // Before and after: what else the machine does should burden both.
  for (let round = 0; round < rounds; round++) times.push(await timed(one.run));
  const { plainMs, isWhole } = plainTime(one);
  for (let round = 0; round < rounds; round++) times.push(await timed(one.run));
  const kernelMs = median(times);
  const error = largestError(one, data);
  const figures = [
    kernelMs.toFixed(1),
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
  print(`card        ${((2 * bytes) / copyMs / 1e6).toFixed(0)} GB/s copying on the card (read and written),`);
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
