import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { TEMPLATES } from "../../runtime/cli/commands/init/templates.ts";
import { millrace, node, ROOT, temporaryFolder } from "../rigs/harness.ts";
import { installPacked, packPackage } from "../rigs/packed-package.ts";
import { link } from "../rigs/project.ts";

const VERSIONS = (JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")) as Manifest).devDependencies;

interface Manifest {
  readonly name: string;
  readonly type?: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

test.for(TEMPLATES)("the flow of the template $name runs without arguments", async ({ name, flow }) => {
  const cwd = temporaryFolder();
  const made = await millrace(["init", "my flows", "--template", name], { cwd });
  expect([made.code, made.stderr]).toEqual([0, ""]);
  expect(made.stdout).toContain(`next:\n  cd "my flows"\n  npm install\n  npx tsx ${flow} run\n`);
  const project = path.join(cwd, "my flows");
  link(ROOT, path.join(project, "node_modules/millrace"));
  if (name === "monorepo") link(path.join(project, "packages/shared"), path.join(project, "node_modules/@app/shared"));
  const ran = await millrace(["run", flow], { cwd: project });
  expect([ran.code, ran.stdout + ran.stderr]).toEqual([0, expect.stringContaining("succeeded")]);
  const { devDependencies, ...manifest } = manifestIn(project);
  expect(manifest.name).toBe("my-flows");
  for (const [one, version] of Object.entries(devDependencies))
    if (!["millrace", "tsx"].includes(one)) expect([one, version]).toEqual([one, VERSIONS[one]]);
});

test("init overwrites nothing, says which files exist, and then writes none", async () => {
  const cwd = temporaryFolder();
  fs.writeFileSync(path.join(cwd, "flow.ts"), "// mine\n");
  fs.writeFileSync(path.join(cwd, "tsconfig.json"), "{}\n");
  const { code, stdout, stderr } = await millrace(["init"], { cwd });
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("init overwrites no file: tsconfig.json, flow.ts exist");
  expect(fs.readdirSync(cwd).sort()).toEqual(["flow.ts", "tsconfig.json"]);
  expect(fs.readFileSync(path.join(cwd, "flow.ts"), "utf8")).toBe("// mine\n");
});

test("a package.json that is there keeps what it has and gets what it lacks", async () => {
  const cwd = temporaryFolder();
  const own = {
    name: "mine",
    type: "commonjs",
    scripts: { test: 'echo "Error: no test specified" && exit 1', lint: "my-lint" },
    dependencies: { millrace: "file:../millrace.tgz" },
  };
  fs.writeFileSync(path.join(cwd, "package.json"), JSON.stringify(own));
  const { code, stdout } = await millrace(["init", "."], { cwd });
  expect(code).toBe(0);
  expect(stdout).toContain("package.json, which was there: scripts and packages that it lacked were added");
  expect(manifestIn(cwd)).toMatchObject({
    name: "mine",
    type: "commonjs",
    scripts: { test: "vitest run", lint: "my-lint", start: "tsx flow.ts run" },
    dependencies: { millrace: "file:../millrace.tgz" },
    devDependencies: { vitest: VERSIONS["vitest"] },
  });
});

test("a package.json without a type stays one of CommonJS, with its indentation", async () => {
  const cwd = temporaryFolder();
  fs.writeFileSync(path.join(cwd, "package.json"), JSON.stringify({ name: "tools" }, null, 4));
  expect((await millrace(["init", "."], { cwd })).code).toBe(0);
  expect(manifestIn(cwd)).not.toHaveProperty("type");
  expect(fs.readFileSync(path.join(cwd, "package.json"), "utf8")).toMatch(/^\{\n {4}"name": "tools",\n/);
});

test("a link that leads nowhere is not overwritten, and nothing is written beside it", async () => {
  const cwd = temporaryFolder();
  fs.symlinkSync(path.join(cwd, "nowhere"), path.join(cwd, "flow.ts"));
  const { code, stderr } = await millrace(["init", "."], { cwd });
  expect([code, stderr]).toEqual([2, expect.stringContaining("overwrites no file: flow.ts")]);
  expect(fs.readdirSync(cwd)).toEqual(["flow.ts"]);
});

test("mistakes are told with exit code 2", async () => {
  const cwd = temporaryFolder();
  const unknown = await millrace(["init", "app", "--template", "nigtly"], { cwd });
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("did you mean nightly?")]);
  const many = await millrace(["init", "one", "two"], { cwd });
  expect([many.code, many.stderr]).toEqual([2, expect.stringContaining("too many arguments")]);
  fs.writeFileSync(path.join(cwd, "file"), "");
  const inFile = await millrace(["init", "file"], { cwd });
  expect([inFile.code, inFile.stderr]).toEqual([2, expect.stringContaining("its files cannot be written")]);
  fs.mkdirSync(path.join(cwd, "broken"));
  fs.writeFileSync(path.join(cwd, "broken/package.json"), "{");
  const broken = await millrace(["init", "broken"], { cwd });
  expect([broken.code, broken.stderr]).toEqual([2, expect.stringContaining("package.json cannot be read")]);
  expect(fs.readdirSync(path.join(cwd, "broken"))).toEqual(["package.json"]);
  const help = await millrace(["init", "--help"], { cwd });
  expect([help.code, help.stdout]).toEqual([0, expect.stringContaining("--template <name>")]);
});

test("a project gets the tarball that millrace itself was installed from", async () => {
  const cwd = temporaryFolder();
  const packed = packPackage(cwd);
  const first = path.join(cwd, "first");
  installPacked(packed, first, []);
  const manifest = { dependencies: { millrace: `file:../${path.basename(packed.tarball)}` } };
  fs.writeFileSync(path.join(first, "package.json"), JSON.stringify(manifest));
  const { stdout } = await node([path.join(first, "node_modules/millrace/dist/bin.js"), "init", "second"], {
    cwd: first,
  });
  expect(stdout).toContain("flow.ts");
  const second = path.join(first, "second");
  expect(manifestIn(second).dependencies["millrace"]).toBe(`file:${packed.tarball}`);
  expect(fs.existsSync(path.join(second, ".gitignore"))).toBe(true);
  // What README links to is there as well.
  const links = fs.readFileSync(path.join(ROOT, "README.md"), "utf8").matchAll(/\]\((?!https?:)([^)#]+)/g);
  for (const [, target = ""] of links)
    expect(
      packed.files.some((file) => file === target || file.startsWith(`${target}/`)),
      target,
    ).toBe(true);
});

function manifestIn(folder: string): Manifest {
  return JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")) as Manifest;
}
