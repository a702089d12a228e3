import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";
import type { NextProblem } from "../read/read-next-arguments.ts";
import { nearest } from "../../../sdk/base/nearest.ts";
import { listOf } from "../../text/list-of.ts";

const OPTIONS = ["foreach", "label", "condition", "numParallel"];
const SWITCH = `this.next({ a: this.stepA, b: this.stepB }, { condition: "choice" })`;

export function nextShape({ steps }: FlowFacts): Finding[] {
  return [...steps.values()].flatMap(({ name, isEnd, problem, reading }) => {
    if (isEnd || problem === null) return [];
    const { because, hint } = describe(problem);
    const index = reading.nexts.findIndex((call) => call.problem === problem);
    const message = `Cannot read this.next of ${name} because ${because}`;
    return finding({ rule: "next-shape", step: name, at: { kind: "next", index }, message, hint });
  });
}

function describe(problem: NextProblem): { because: string; hint: string } {
  switch (problem.kind) {
    case "no-arguments":
      return { because: "it names no step", hint: "name the step that follows: this.next(this.end)" };
    case "no-target":
      return { because: `it names no step for ${problem.option}`, hint: `for example ${exampleOf(problem.option)}` };
    case "not-a-step":
      return {
        because: `a step is written as this.name, and options as an object literal: ${problem.seen}`,
        hint: "write for example this.next(this.train), without variables, calls or ...",
      };
    case "several-targets":
      return {
        because: `${problem.option} takes one step: ${listOf(problem.seen)}`,
        hint: `fan out to one step and branch there: ${exampleOf(problem.option)}`,
      };
    case "unknown-option": {
      const meant = nearest(problem.seen, OPTIONS);
      return {
        because: `its options are foreach (with label), condition and numParallel: ${problem.seen}`,
        hint: meant === null ? "remove the option, or write one of these" : `did you mean ${meant}?`,
      };
    }
    case "several-options":
      return {
        because: `it takes one option: ${listOf(problem.seen)}`,
        hint: "split in two steps, one after the other",
      };
    case "label-alone":
      return {
        because: `label names a property of the items of a foreach: ${problem.seen === null ? "it has none" : `it has ${problem.seen}`}`,
        hint: `write it beside foreach: this.next(this.train, { foreach: "shards", label: "name" })`,
      };
    case "not-a-literal":
      return {
        because: `${problem.option} is the name of an artifact in quotes: ${problem.seen}`,
        hint: `store the value in a field and name it: ${exampleOf(problem.option)}`,
      };
    case "empty-switch":
      return { because: "its switch has no cases", hint: `give each value its step: ${SWITCH}` };
    case "unreadable-case":
      return {
        because: `a case is written as value: this.step: ${problem.seen}`,
        hint: `write every case out: ${SWITCH}`,
      };
    case "no-condition":
      return {
        because: "its switch does not say which artifact decides",
        hint: `add the condition: ${SWITCH}`,
      };
    case "no-cases":
      return {
        because: `condition needs an object of cases: ${problem.seen || "none"}`,
        hint: `give each value its step: ${SWITCH}`,
      };
    case "gang-size":
      return {
        because: `numParallel is a whole number from 1: ${problem.seen}`,
        hint: `for example ${exampleOf("numParallel")}`,
      };
  }
}

function exampleOf(option: string): string {
  if (option === "condition") return SWITCH;
  return option === "foreach"
    ? `this.next(this.train, { foreach: "shards" })`
    : "this.next(this.train, { numParallel: 4 })";
}
