import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cell, runCell, type RunCell } from "./cell.ts";
import { limited } from "./limited.ts";
import { CHAINS, type ResumedChain, runChain } from "./resume/chain.ts";
import { SHAPES } from "./shapes/all.ts";
import { manyLines } from "./specs/log-order.ts";
import { TAGS } from "./specs/tags.ts";
import { TROUBLED } from "./specs/troubled.ts";
import { UNDISTURBED } from "./specs/undisturbed.ts";

const LEGACY_SAMPLE = [
  "linear",
  "nested branches",
  "triple nested foreach",
  "gang",
  "loop in foreach",
  "joins that split",
];
const CHECKERS = ["cli", "reader"] as const;

const cells: readonly Cell[] = [
  ...SHAPES.map((shape) => undisturbed(shape, "standard")),
  ...SHAPES.filter(({ name }) => LEGACY_SAMPLE.includes(name)).map((shape) => undisturbed(shape, "legacy")),
  ...SHAPES.map((shape) => cell("in trouble", { shape, dialect: "standard", specs: TROUBLED, args: [] })),
  ...SHAPES.slice(0, 1).map((shape) => cell("talkative", { shape, dialect: "standard", specs: [manyLines], args: [] })),
];

// All flows run in line while the tests wait, each for its own; two cores are busy with three.
const cellRuns = new Map<Cell, Promise<RunCell>>();
const chainRuns = new Map<string, Promise<ResumedChain>>();
let checks = 0;

beforeAll(() => {
  const inLine = limited(3);
  for (const one of cells) cellRuns.set(one, quiet(inLine(() => runCell(one))));
  for (const { shape } of CHAINS) chainRuns.set(shape.name, quiet(inLine(() => runChain(shape))));
});

afterAll(() => {
  const truths = new Set(cells.flatMap(({ specs }) => specs)).size + new Set(CHAINS.flatMap(({ roles }) => roles)).size;
  process.stderr.write(
    `matrix: ${SHAPES.length} shapes x ${truths} specifications x ${CHECKERS.length} checkers: ${checks} checks where they make sense\n`,
  );
});

describe.each(cells)("$title", (one) => {
  for (const spec of one.specs) {
    test.each(CHECKERS)(`${spec.truth} (%s)`, { timeout: 180_000 }, async (checker) => {
      const { expected, observers } = await ranCell(one);
      const seen = observers.find((observer) => observer.checker === checker);
      if (seen === undefined) throw new Error(`there is no checker ${checker}`);
      await spec.check(seen, expected);
      checks += 1;
    });
  }
});

describe.each(CHAINS)("$shape.name, resumed", ({ shape, roles }) => {
  for (const role of roles) {
    test.each(CHECKERS)(`goes on after a failure in ${role} (%s)`, { timeout: 180_000 }, async (checker) => {
      const chain = await chainRuns.get(shape.name);
      await chain?.checkResumeAfter(role, checker);
      checks += 1;
    });
  }

  test.each(CHECKERS)("ends as if nothing had happened (%s)", { timeout: 180_000 }, async (checker) => {
    const chain = await chainRuns.get(shape.name);
    await chain?.checkEnd(checker);
    checks += 1;
  });

  test("ran every task to its end exactly once", { timeout: 180_000 }, async () => {
    const chain = await chainRuns.get(shape.name);
    expect(chain?.committed()).toEqual(chain?.expectedIds());
  });
});

function undisturbed(shape: Cell["shape"], dialect: Cell["dialect"]): Cell {
  const args = ["--factor", "7", ...TAGS.flatMap((tag) => ["--tag", tag])];
  return cell(dialect, { shape, dialect, specs: UNDISTURBED, args });
}

function cell(manner: string, { specs, ...rest }: Omit<Cell, "title">): Cell {
  const fitting = specs.filter((spec) => spec.fits?.(rest.shape) ?? true);
  return { ...rest, specs: fitting, title: `${rest.shape.name}, ${manner}` };
}

function ranCell(one: Cell): Promise<RunCell> {
  return cellRuns.get(one) ?? Promise.reject(new Error(`${one.title} was not run`));
}

/** Fails in the tests that wait for it, not as a rejection that nobody handles yet. */
function quiet<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}
