import { createHash } from "node:crypto";
import { serialize } from "node:v8";
import type { GpuJs } from "./gpu-js.ts";
import { flatInput, isGrid } from "./grid.ts";
import { checkKernelOptions, isOutput, type KernelOptions } from "./kernel-options.ts";
import type { AnyFunction } from "../base/metadata.ts";
import { type KernelSource, kernelSource } from "./kernel-source.ts";
import { nodesIn } from "./nodes-in.ts";

/** All that decides what is compiled. Two kernels with the same key are one. */
export interface KernelPlan {
  readonly fn: AnyFunction;
  /** For messages. */
  readonly name: string;
  readonly source: KernelSource;
  readonly functions: readonly KernelSource[];
  readonly options: KernelOptions<never, object>;
  readonly key: string;
}

/** @throws MillraceError if the function or one of `functions` has no source that can be read */
export function kernelPlan(fn: AnyFunction, options: KernelOptions<never, object>): KernelPlan {
  const source = kernelSource(fn, fn.name);
  const called = calledNames(source);
  const functions = (options.functions ?? []).map((one) => kernelSource(one, nameInKernel(one, called)));
  const { constants, precision, argumentTypes, loopMaxIterations, randomSeed, requireGpu } = options;
  const settings = { constants, precision, argumentTypes, loopMaxIterations, randomSeed, requireGpu };
  const key = createHash("sha256")
    .update(JSON.stringify([source.text, functions.map(({ text }) => text)]))
    .update(serialize(settings))
    .digest("base64");
  return { fn, name: fn.name, source, functions, options, key };
}

/** @throws MillraceError if the function that the user gave returns no size */
export function outputOf(plan: KernelPlan, given: readonly unknown[]): readonly number[] {
  const { output } = plan.options;
  const size: unknown = typeof output === "function" ? output(given as never) : output;
  if (isOutput(size)) return [...size];
  checkKernelOptions({ output: size });
  return [];
}

/** What gpu.js is told of a kernel, whatever the backend. */
export function gpuJsSettings(plan: KernelPlan, gpuJs: GpuJs): object {
  const { constants, argumentTypes, loopMaxIterations = 2 ** 31 - 1, randomSeed } = plan.options;
  const { parameters } = plan.source;
  return {
    asyncMode: true,
    dynamicOutput: true,
    dynamicArguments: true,
    loopMaxIterations,
    functions: plan.functions.map(({ text }) => text),
    ...(randomSeed === undefined ? {} : { randomSeed }),
    ...(constants === undefined ? {} : { constants: constantsFor(constants, gpuJs) }),
    // gpu.js reads the types by position, so all of them have to stand in the parameters' order.
    ...(argumentTypes === undefined
      ? {}
      : { argumentTypes: Object.fromEntries(parameters.map((name) => [name, argumentTypes[name]])) }),
  };
}

function constantsFor(constants: object, gpuJs: GpuJs): object {
  const entries = Object.entries(constants as Record<string, unknown>).map(([name, value]): [string, unknown] => {
    if (!isGrid(value)) return [name, value];
    const flat = flatInput(value);
    return [name, flat === null ? value : new gpuJs.Input(flat.data, flat.shape)];
  });
  return Object.fromEntries(entries);
}

function calledNames({ node }: KernelSource): ReadonlySet<string> {
  const names = [...nodesIn(node)].map((one) =>
    one.type === "CallExpression" && one.callee.type === "Identifier" ? one.callee.name : "",
  );
  return new Set(names);
}

/** Bundlers number names that two modules share: the kernel then calls `scale2`, and that is what `scale` is here. */
function nameInKernel(fn: AnyFunction, called: ReadonlySet<string>): string {
  if (called.has(fn.name)) return fn.name;
  return [...called].find((name) => name.replace(/\d+$/, "") === fn.name) ?? fn.name;
}
