import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { describeWith } from "../rigs/describe-with.ts";
import { DOCKER, IMAGE } from "../rigs/docker/engine.ts";
import { ROOT } from "../rigs/harness.ts";
import { ESM, link, makeProject, STANDARD } from "../rigs/project.ts";
import { type Fence, isEpisode, userPages } from "./pages.ts";
import { playSessions, sessionsOf } from "./session.ts";

const EPISODES = userPages().filter(({ name }) => isEpisode(name));
const BLOCKS = EPISODES.flatMap(({ fences }) => fences);

/** One folder for all, as a reader has it: an episode uses files and runs of those before it. */
let folder = "";
beforeAll(() => {
  const files = BLOCKS.flatMap(({ title, code }) => (title === undefined ? [] : [[title, code]]));
  folder = makeProject({ "package.json": ESM, "tsconfig.json": STANDARD, ...Object.fromEntries(files) });
  link(path.join(ROOT, "node_modules/vega-datasets"), path.join(folder, "node_modules/vega-datasets"));
});

test("the tutorial has seven episodes, each with a flow or a run of an earlier one", () => {
  const numbered = EPISODES.filter(({ name }) => /\/\d-[a-z-]+\.md$/.test(name));
  expect(numbered.map(({ name }) => path.basename(name)[0])).toEqual(["0", "1", "2", "3", "4", "5", "6"]);
  for (const { fences } of numbered) expect(sessionsOf(fences)[0]?.command).toMatch(/^npx tsx \w+\.ts/);
});

test.each(EPISODES.filter(({ fences }) => hereOf(fences).length > 0))("$name goes as it says", async ({ fences }) => {
  await playSessions(sessionsOf(hereOf(fences)), { cwd: folder });
});

describeWith(DOCKER, "the tutorial in containers", () => {
  const pages = EPISODES.filter(({ fences }) => boxedOf(fences).length > 0);

  test.each(pages)("$name goes as it says", async ({ fences }) => {
    await playSessions(sessionsOf(boxedOf(fences)), { cwd: folder, env: { MILLRACE_IMAGE: IMAGE } });
  });

  test("what ran in containers is found like any other run", async () => {
    const look = BLOCKS.filter(({ code }) => code.startsWith("$ npx tsx look.ts"));
    expect(look).toHaveLength(1);
    await playSessions(sessionsOf(look), { cwd: folder });
  });
});

function hereOf(fences: readonly Fence[]): Fence[] {
  return fences.filter(({ language, needs }) => language === "console" && needs === undefined);
}

function boxedOf(fences: readonly Fence[]): Fence[] {
  return fences.filter(({ needs }) => needs === "docker");
}
