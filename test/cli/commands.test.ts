import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { COMMANDS, shownCommands } from "../../runtime/cli/commands/index.ts";
import { helpText } from "../../runtime/cli/help-text.ts";
import { isRunning } from "../../runtime/cli/take-output-errors.ts";

const FOLDER = path.join(import.meta.dirname, "../../runtime/cli/commands");
/** Rows that share the folder of another one. */
const ALIASES = new Map([["batch", "jobs"]]);

test("every folder of a command has a row, and every row a folder", () => {
  const folders = fs.readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const rows = new Set(COMMANDS.map(({ name }) => ALIASES.get(name) ?? name));
  expect([...rows].sort()).toEqual(folders.map(({ name }) => name).sort());
});

test("a row loads a command of its name", async () => {
  for (const row of COMMANDS) {
    const make = await row.load();
    expect(make.name).toBe(`${row.name}Command`);
  }
});

test("the help names every command that people call", () => {
  const help = helpText();
  const shown = shownCommands();
  for (const { name } of shown) expect(help).toMatch(new RegExp(`\\b${name}\\b`));
  const ofFlows = shown.flatMap(({ name, about }) => (about === "nothing" ? [] : [name]));
  expect(help).toContain(`Commands: ${ofFlows.join(", ")}\n`);
  expect(help).not.toMatch(/\bdrive\b/);
});

test.each([
  [["run", "flow.ts"], true],
  [["flow.ts", "resume"], true],
  [["spin", "flow.ts", "train"], true],
  [["notebook", "run", "a.ipynb"], true],
  [["scheduler", "--slots", "2"], true],
  [["logs", "flow.ts", "run"], false],
  [["gc"], false],
  [[], false],
])("%j executes code of the user's: %s", (argv, expected) => {
  expect(isRunning(argv)).toBe(expected);
});
