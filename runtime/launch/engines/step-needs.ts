import { needsByAttempt } from "../../../sdk/base/needs-at.ts";
import { type FlowGraph, nodeOf } from "../../graph/flow-graph.ts";
import type { AdmittedNeeds } from "./admitted-needs.ts";

/** What an attempt of a step's tasks takes of this machine. */
export interface StepNeeds {
  readonly step: string;
  readonly attempt: number;
  /** What is counted for it. */
  readonly cpu: number;
  readonly memoryMb: number;
  /** What is counted for it once its task has run out of memory. */
  readonly full: { readonly cpu: number; readonly memoryMb: number };
  /** True if the processors are not a guess. */
  readonly isCpuKnown: boolean;
}

/**
 * By attempt; the last one counts for all further ones. A task that asks for nothing takes one processor and no memory,
 * unless past ones tell better.
 */
export function stepNeeds(graph: FlowGraph, step: string, admitted: AdmittedNeeds | undefined): StepNeeds[] {
  const { resources } = nodeOf(graph, step).settings;
  const { asked: named = [] } = resources ?? {};
  const needs = resources === undefined ? [{ cpu: 1, memoryMb: 0 }] : needsByAttempt(resources);
  const isCpuAsked = named.includes("cpu");
  return needs.map(({ cpu, memoryMb }, attempt) => {
    const asked = { cpu, memoryMb: named.includes("memoryMb") ? memoryMb : 0 };
    if (admitted === undefined) return { step, attempt, ...asked, full: asked, isCpuKnown: isCpuAsked };
    const used = { cpu: admitted.cpu ?? asked.cpu, memoryMb: admitted.memoryMb ?? asked.memoryMb };
    const full = { cpu: Math.max(used.cpu, asked.cpu), memoryMb: Math.max(used.memoryMb, asked.memoryMb) };
    return {
      ...{ step, attempt, full },
      cpu: used.cpu,
      memoryMb: admitted.hasRunOut ? full.memoryMb : used.memoryMb,
      isCpuKnown: isCpuAsked || admitted.cpu !== null,
    };
  });
}
