import { MillraceError } from "../base/millrace-error.ts";
import type { BackendName } from "./gpu-info.ts";
import { placeInFunction } from "./place-in-function.ts";
import type { KernelPlan } from "./kernel-plan.ts";
import { findUnsupported } from "./unsupported.ts";

/** Why a backend did not take a kernel. */
export interface Refusal {
  readonly backend: BackendName;
  readonly error: unknown;
}

/** Says which construct stands in the way, and where in the kernel's own file it stands. */
export function kernelError(plan: KernelPlan, refusals: readonly Refusal[]): MillraceError {
  const known = {
    functions: plan.functions.map(({ node, text }) =>
      node.type === "FunctionExpression" && node.id != null ? node.id.name : (/function (\w+)/.exec(text)?.[1] ?? ""),
    ),
    constants: Object.keys(plan.options.constants ?? {}),
  };
  const own = findUnsupported(plan.source, known);
  const inFunction = own === null ? unsupportedIn(plan, known) : null;
  const found = own ?? inFunction?.found ?? null;
  const fn = inFunction?.fn ?? plan.fn;
  const place = placeInFunction(fn, found?.offset ?? 0);
  const because = found?.what ?? reasonOf(refusals[0]?.error);
  const error = new MillraceError({
    code: "MILLRACE_KERNEL",
    headline: `Cannot compile the kernel${plan.name === "" ? "" : ` ${plan.name}`} because ${because}`,
    details: [
      ...(place === null ? [] : [`at ${place.file}:${place.line}:${place.column}`]),
      ...(found === null ? [] : [lineAt(Function.prototype.toString.call(fn), found.offset)]),
      ...(found === null ? refusals.map(({ backend, error: one }) => `${backend}: ${reasonOf(one)}`) : []),
    ],
    hint: found?.hint ?? "docs/kernels.md lists what a kernel may contain",
    cause: refusals[0]?.error,
  });
  if (place !== null) {
    // The kernel's line leads the trace: reports show the code around it.
    const [, ...frames] = (error.stack ?? "").split(/\n(?= {4}at )/);
    const top = `    at ${plan.name === "" ? "kernel" : plan.name} (${place.file}:${place.line}:${place.column})`;
    error.stack = [`${error.name}: ${error.message}`, top, ...frames].join("\n");
  }
  return error;
}

/** @throws where no GPU can be used */
export function noGpu(what: string, reason: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_NO_GPU",
    headline: `Cannot run ${what} because it requires a GPU: ${reason}`,
    hint: "run it on a machine with a GPU, or leave out requireGpu to compute on the processor",
  });
}

type Found = NonNullable<ReturnType<typeof findUnsupported>>;

function unsupportedIn(
  plan: KernelPlan,
  known: Parameters<typeof findUnsupported>[1],
): { fn: KernelPlan["fn"]; found: Found } | null {
  for (const [index, source] of plan.functions.entries()) {
    const found = findUnsupported(source, known);
    const fn = plan.options.functions?.[index];
    if (found !== null && fn !== undefined) return { fn, found };
  }
  return null;
}

/** gpu.js counts lines from the wrong end; only what it says before is of use. */
export function reasonOf(error: unknown): string {
  const text = String((error as Error | null)?.message ?? error).split("\n", 1)[0] ?? "";
  return text.replace(/ on line \d+, position \d+:.*$/, "");
}

function lineAt(source: string, offset: number): string {
  const start = source.lastIndexOf("\n", offset - 1) + 1;
  const end = source.indexOf("\n", offset);
  const line = source.slice(start, end < 0 ? source.length : end).trim();
  return line.length > 160 ? `${source.slice(offset, offset + 120)} …` : line;
}
