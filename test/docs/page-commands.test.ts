import path from "node:path";
import { expect, test } from "vitest";
import { COMMANDS } from "../../runtime/cli/commands/index.ts";
import type { ServiceContext } from "../../runtime/cli/service/service-context.ts";
import { serviceProgram } from "../../runtime/cli/service/service-program.ts";
import { millrace, ROOT, tsx } from "../rigs/harness.ts";
import { ESM, LEGACY, link, makeProject } from "../rigs/project.ts";
import { serviceProject } from "../rigs/serving/started-service.ts";
import { HONEST_AND_NOT } from "../serving/services.ts";
import { isEpisode, type Page, proseOf, readPage, userPages } from "./pages.ts";
import { playSessions, sessionsOf, shell } from "./session.ts";

// A block `console` is a session, which must go as it says; one that cannot be run here is `text`.
// The episodes of the tutorial build on each other: `tutorial.test.ts` plays them in one folder.
test.each(userPages().filter(({ name, fences }) => !isEpisode(name) && sessionsOf(fences).length > 0))(
  "the sessions on $name go as the page says",
  async (page) => {
    await playSessions(sessionsOf(page.fences), { cwd: projectOf(page) });
  },
);

test("the test of docs/testing.md passes", async () => {
  const page = readPage("docs/testing.md");
  const folder = projectOf(page);
  link(path.join(ROOT, "node_modules/vitest"), path.join(folder, "node_modules/vitest"));
  const seen = await shell("node node_modules/vitest/vitest.mjs run", { cwd: folder });
  expect(seen).toMatch(/Tests .*2 passed/);
});

test("the commands and options on every page exist", async () => {
  const help = new Map<string, string>();
  const missing: string[] = [];
  const alone = ["run", "resume", "spin"].map((command) => ({ place: "", words: [command], options: [] }));
  for (const { place, words, options } of [...alone, ...userPages().flatMap(commandsOf)]) {
    const key = words.join(" ");
    if (!help.has(key)) help.set(key, await helpFor(words));
    const unknown = options.filter((option) => !new RegExp(`${option}\\b`).test(help.get(key) ?? ""));
    if (!help.get(key)?.includes("Usage:")) missing.push(`${place}: ${key}`);
    missing.push(...unknown.map((option) => `${place}: ${key} ${option}`));
  }
  const all = [...help.values()].join("\n");
  for (const page of userPages().filter(({ name }) => /cli|flows/.test(name))) {
    const named = proseOf(page).matchAll(/`[^`]*?(--[a-z][a-z-]+)/g);
    for (const [, option = ""] of named) if (!all.includes(option)) missing.push(`${page.name}: ${option}`);
  }
  expect(missing).toEqual([]);
});

/** A folder with the files of a page, and the README's first flow. */
function projectOf({ fences }: Page): string {
  const shown = [...readPage("README.md").fences, ...fences].filter(({ title }) => title !== undefined);
  const files = shown.map(({ title = "", code }) => [title, code]);
  return makeProject({ "package.json": ESM, "tsconfig.json": LEGACY, ...Object.fromEntries(files) });
}

interface Command {
  readonly place: string;
  readonly words: readonly string[];
  readonly options: readonly string[];
}

const LONELY = COMMANDS.filter(({ about }) => about === "nothing");
const WITH_SUBCOMMANDS = [...COMMANDS.filter(({ hasSubcommands }) => hasSubcommands), ...LONELY].map(
  ({ name }) => name,
);

/** The lines of a page's shell blocks, and what its text has in backticks, that start Millrace. Options in a line's comment count as well. */
function commandsOf(page: Page): Command[] {
  const { name, fences } = page;
  const inText = [...proseOf(page).matchAll(/`(npx [^`]+)`/g)].map(([, text = ""]) => ({ text, place: name }));
  const inBlocks = fences
    .filter(({ language }) => language === "sh")
    .flatMap(({ code, line }) => code.split("\n").map((text) => ({ text, place: `${name}:${line}` })));
  return [...inBlocks, ...inText].flatMap(({ text, place }) => {
    const [, given] = /^npx (?:tsx \w+\.ts|millrace(?: \w+\.ts)?) ([a-z].*)/.exec(text) ?? [];
    if (given === undefined) return [];
    const [command = "", sub = ""] = given.split(" ");
    const hasSub = (WITH_SUBCOMMANDS.includes(command) && /^[a-z]/.test(sub)) || isOfService([command, sub]);
    const words = hasSub && sub !== "" && !sub.startsWith("-") ? [command, sub] : [command];
    return [{ place, words, options: given.match(/--[a-z-]+/g) ?? [] }];
  });
}

/** The command line of a service's file. */
const OF_SERVICE = serviceProgram(
  { Service: class Service {}, programName: "", packaged: null } as unknown as ServiceContext,
  "",
);

/** All others are of flows, or of none. A flow's file has `package`, too, and without a second word. */
function isOfService([command = "", sub = ""]: readonly string[]): boolean {
  const found = OF_SERVICE.commands.find((one) => one.name() === command);
  if (found === undefined) return false;
  return found.commands.length === 0 || found.commands.some((one) => one.name() === sub);
}

async function helpFor(words: readonly string[]): Promise<string> {
  if (!isOfService(words)) return (await millrace(helpOf(words))).stdout;
  const file = path.join(serviceProject(HONEST_AND_NOT), "service.ts");
  return (await tsx(file, [...words, "--help"])).stdout;
}

function helpOf([command = "", ...rest]: readonly string[]): string[] {
  const row = COMMANDS.find(({ name }) => name === command);
  const isAboutFlow = row?.about !== "nothing" && !(row?.about === "store" && row.takesFiles === true);
  return [command, ...(isAboutFlow ? ["examples/hello.ts"] : []), ...rest, "--help"];
}
