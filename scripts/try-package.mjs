// `npm pack` as the first command in a clone, and its package in a project of its own: the programs of the documentation
// run there, under each way to start them, and README's tsconfigs compile them. Then the templates of `millrace init`.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ROOT } from "./run-node.mjs";

const folder = mkdtempSync(path.join(tmpdir(), "millrace package "));
try {
  tryPackage();
  console.log("the documentation's programs ran with the packed package");
  for (const template of ["hello", "train", "nightly", "monorepo"]) tryTemplate(template);
  console.log("the templates of init run, and pass their tests and lint");
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function tryPackage() {
  // Many tell npm to run no scripts; what it packs is whole all the same.
  const settings = path.join(folder, "npmrc");
  writeFileSync(settings, "ignore-scripts=true\n");
  run(ROOT, ["npm", "pack", "--userconfig", settings, "--pack-destination", folder]);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  const project = path.join(folder, "project");
  mkdirSync(project);
  writeFileSync(path.join(project, "package.json"), '{ "name": "project", "private": true, "type": "module" }\n');
  run(project, ["npm", "install", "--no-audit", "--no-fund", path.join(folder, tarball)]);
  for (const [name, text] of shownPrograms()) writeFileSync(path.join(project, name), text);

  const commands = [
    ["npx", "--no-install", "tsx", "tune.ts", "run"],
    ["npx", "--no-install", "millrace", "run", "tune.ts"],
    ["npx", "--no-install", "millrace", "check", "tune.ts"],
  ];
  for (const command of commands) run(project, command);
  const greeting = run(project, ["node", "hello.cjs", "run", "--name", "README"]);
  if (!greeting.includes("Hello, README!")) throw new Error(`hello.cjs does not greet README:\n${greeting}`);
  for (const compiler of ["typescript", "typescript-7"])
    for (const config of ["tsconfig.standard.json", "tsconfig.legacy.json"])
      run(project, ["node", path.join(ROOT, "node_modules", compiler, "bin/tsc"), "--noEmit", "-p", config]);
}

/** A project that the installed package makes; its own install goes to npm's cache for most. */
function tryTemplate(template) {
  const project = path.join(folder, "project", template);
  run(path.join(folder, "project"), ["npx", "--no-install", "millrace", "init", template, "--template", template]);
  run(project, ["npm", "install", "--no-audit", "--no-fund", "--prefer-offline"]);
  for (const script of ["start", "test", "lint"]) run(project, ["npm", "run", script]);
}

/** README's first flow and tsconfigs, and the CommonJS program of docs/flows.md. */
function shownPrograms() {
  const [standard, legacy] = block("README.md", "jsonc")
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.stringify({ ...JSON.parse(line), files: ["tune.ts"] }));
  return Object.entries({
    "tune.ts": block("README.md", 'ts title="tune.ts"'),
    "hello.cjs": block("docs/flows.md", 'js title="hello.cjs"'),
    "tsconfig.standard.json": standard,
    "tsconfig.legacy.json": legacy,
  });
}

/** The first fenced block of a page that begins so. */
function block(page, info) {
  const text = readFileSync(path.join(ROOT, page), "utf8");
  return new RegExp("^```" + info + "\\n([^]*?)^```$", "m").exec(text)[1];
}

/** What it printed; its failure is ours. */
function run(cwd, command) {
  console.log(`$ ${command.map((word) => path.basename(word)).join(" ")}`);
  const [program, ...args] = command;
  const { error, status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stdout + stderr;
}
