import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { openDatastore, prepareDatastore } from "../../runtime/datastore/datastore.ts";
import { temporaryFolder } from "../rigs/harness.ts";

test("a new store keeps itself out of the project's Git repository", () => {
  const project = temporaryFolder();
  execFileSync("git", ["init", "-q"], { cwd: project });
  prepare(path.join(project, ".millrace"));
  const seen = execFileSync("git", ["status", "--porcelain", "--untracked-files=all"], { cwd: project });
  expect(seen.toString()).toBe("");
  expect(fs.readFileSync(path.join(project, ".millrace/.gitignore"), "utf8")).toBe("*\n");
});

test("a .gitignore that was changed or removed stays so", () => {
  const folder = path.join(temporaryFolder(), "store");
  const file = path.join(folder, ".gitignore");
  prepare(folder);
  fs.writeFileSync(file, "!keep\n");
  prepare(folder);
  expect(fs.readFileSync(file, "utf8")).toBe("!keep\n");
  fs.rmSync(file);
  prepare(folder);
  expect(fs.existsSync(file)).toBe(false);
});

test("in a folder that holds something else, what Git ignores is its owner's to say", () => {
  const project = temporaryFolder();
  fs.writeFileSync(path.join(project, "flow.ts"), "");
  prepare(project);
  expect(fs.readdirSync(project).sort()).toEqual(["flow.ts", "millrace.json"]);
});

function prepare(folder: string): void {
  prepareDatastore(openDatastore(folder));
}
