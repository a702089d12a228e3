import { expect } from "vitest";
import type { Spec } from "./spec.ts";

const LINES = 40;

/** Writes a few lines to both streams, by different means. */
export const logOrder: Spec = {
  truth: "what a task wrote is kept in exact order, stream by stream",
  adds: {
    step: ({ step: { name } }) => ({
      lines: [
        `for (let line = 0; line < ${LINES}; line += 1) {`,
        `  if (line % 2 === 0) console.log("${name} out", line);`,
        `  else process.stdout.write(\`${name} out \${line}\\n\`);`,
        `  console.error("${name} err", line);`,
        "}",
      ],
    }),
  },
  check: (seen, { tasks }) => checkLines(seen, { tasks, count: LINES }),
};

const MANY_LINES = 50_000;

export const manyLines: Spec = {
  truth: "100,000 lines of one task are kept in exact order",
  adds: {
    step: ({ step: { name } }) => ({
      lines: [
        `for (let line = 0; line < ${name === "body2" ? MANY_LINES : 0}; line += 1) {`,
        `  console.log("${name} out", line);`,
        `  console.error("${name} err", line);`,
        "}",
      ],
    }),
  },
  async check(seen, { tasks }) {
    const [task] = tasks.filter(({ step }) => step === "body2");
    if (task === undefined) throw new Error("the shape has no step body2");
    await checkLines(seen, { tasks: [task], count: MANY_LINES });
  },
};

async function checkLines(
  seen: Parameters<Spec["check"]>[0],
  { tasks, count }: { tasks: readonly { readonly id: string; readonly step: string }[]; count: number },
): Promise<void> {
  const lines = await seen.lines();
  for (const { id, step } of tasks) {
    for (const [stream, word] of [
      ["stdout", "out"],
      ["stderr", "err"],
    ]) {
      const texts = (lines.get(id) ?? []).filter((line) => line.stream === stream).map(({ text }) => text);
      // As one text: a difference in so many lines is found by its first line, not by a diff of all.
      const at = texts.findIndex((text, line) => text !== `${step} ${word} ${line}`);
      expect([at, texts[at], texts.length], `${id} ${stream}`).toEqual([-1, undefined, count]);
    }
  }
}
