import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { npmPack, packageIn } from "../../package/ship/shipped.ts";
import { folderOfFile, millrace, MILLRACE, readArtifacts, ROOT, TSX, withRun } from "../../rigs/harness.ts";
import { ESM, link, makeProject, STANDARD } from "../../rigs/project.ts";

function tinyp(version: string): { manifest: Record<string, unknown>; files: Record<string, string> } {
  return {
    manifest: { name: "tinyp", version, bin: { [`tinyp-${version.charAt(0)}`]: "cli.js" } },
    files: {
      "index.js": `exports.version = "${version}";`,
      "cli.js": `#!/usr/bin/env node\nconsole.log("${version}");\n`,
    },
  };
}

/** What a step of the inner run loads: the project's version 0, unless it has its own. */
const INNER = `import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { env, FlowSpec, main, step } from "millrace";

const output = (program: string, args: string[] = []) => {
  try {
    return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  } catch (error) {
    return (error as { code: string }).code;
  }
};
const load = async () => ({
  import: (await import("tinyp")).version,
  require: createRequire(import.meta.url)("tinyp").version,
  fork: (await once(fork(path.join(import.meta.dirname, "child.ts")), "message"))[0],
  node: output(process.execPath, ["-p", "require('tinyp').version"]),
  programs: [1, 2].map((version) => output("tinyp-" + version)),
});

class Inner extends FlowSpec {
  plain!: object;
  own!: object;

  @step async start() {
    this.plain = await load();
    this.next(this.fit);
  }

  @env({ packages: { tinyp: "TWO" } })
  @step
  async fit() {
    this.own = await load();
    this.next(this.end);
  }

  @step end() {
    fs.writeFileSync("found.json", JSON.stringify({ plain: this.plain, own: this.own }));
  }
}

main(Inner);
`;

const OUTER = `import { execFileSync } from "node:child_process";
import { env, FlowSpec, main, step } from "millrace";

class Outer extends FlowSpec {
  found!: unknown[];

  @step start() {
    this.next(this.fit);
  }

  @env({ packages: { tinyp: "ONE" } })
  @step
  async fit() {
    this.found = [(await import("tinyp")).version];
    execFileSync(process.execPath, COMMAND, { env: { ...process.env, MILLRACE_DATASTORE: "inner-store" }, stdio: "inherit" });
    this.found.push(execFileSync("tinyp-1", { encoding: "utf8" }).trim());
    this.next(this.end);
  }

  @step end() {}
}

main(Outer);
`;

const cache = folderOfFile();

test.each([
  ["millrace", [MILLRACE, "run", "inner.ts"]],
  ["tsx", [TSX, "inner.ts", "run"]],
])(
  "a run that a step with packages starts with %s has its own, and the project's",
  async (_, command) => {
    const [one, two] = ["1.0.0", "2.0.0"].map((version) => {
      const { manifest, files } = tinyp(version);
      return `file:${npmPack({ "package.json": JSON.stringify(manifest), ...files })}`;
    });
    const installed = tinyp("0.1.0");
    const cwd = makeProject({
      "package.json": ESM,
      "tsconfig.json": STANDARD,
      ...packageIn("node_modules/tinyp", installed.manifest, installed.files),
      "child.ts": 'import { version } from "tinyp";\nconst found: string = version;\nprocess.send!(found);\n',
      "inner.ts": INNER.replace("TWO", two!),
      "outer.ts": OUTER.replace("ONE", one!).replace("COMMAND", JSON.stringify(command)),
    });
    link(path.join(ROOT, "node_modules/tsx"), path.join(cwd, "node_modules/tsx"));
    const run = withRun(await millrace(["run", "outer.ts"], { cwd, env: { MILLRACE_CACHE: cache } }));
    expect(run.stderr).not.toContain("Maximum call stack");
    expect(readArtifacts(run, "fit")["found"]).toEqual(["1.0.0", "1.0.0"]);
    const all = (version: string) => ({ import: version, require: version, fork: version, node: version });
    expect(JSON.parse(fs.readFileSync(path.join(cwd, "found.json"), "utf8"))).toEqual({
      plain: { ...all("0.1.0"), programs: ["ENOENT", "ENOENT"] },
      own: { ...all("2.0.0"), programs: ["ENOENT", "2.0.0"] },
    });
  },
  240_000,
);
