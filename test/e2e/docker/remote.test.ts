import { beforeAll, expect, test } from "vitest";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { flow } from "../cli/flow-folder.ts";
import { type FlowRun, logOf, millrace, readArtifacts, withRun } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";
import { containersOf, IN_CONTAINERS } from "./containers.ts";

const BODY = `  numbers = [1, 2];
  place!: string;
  places!: string[];
  @step start() {
    this.place = look();
    this.next(this.boxed, { foreach: "numbers" });
  }
  @ENGINE({ memory: 300 })
  @step boxed() {
    this.place = look();
    this.next(this.join);
  }
  @step join(inputs) {
    this.places = inputs.map(({ place }) => place);
    this.next(this.end);
  }
  @step end() {
    this.place = look();
  }`;

const LOOK = `
function look() {
  const files = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];
  const file = files.find((one) => fs.existsSync(one)) ?? "";
  const bytes = file === "" ? Infinity : Number(fs.readFileSync(file, "utf8"));
  console.log("on", current.engine);
  return \`\${current.engine} \${bytes === 300 * 2 ** 20 ? 300 : "other"}\`;
}
`;

/** A flow whose middle step says what it needs by this engine's decorator. */
function project(engine: "docker" | "batch"): string {
  const text = flow(BODY.replace("ENGINE", engine)).replace("import {", `import { ${engine}, current,`);
  const file = `import fs from "node:fs";\n${text.replace("\nmain(", `${LOOK}\nmain(`)}`;
  return makeProject({ "flow.ts": `// @ts-nocheck\n${file}`, "tsconfig.json": STANDARD, "package.json": ESM });
}

async function run(engine: "docker" | "batch", ...args: string[]): Promise<FlowRun> {
  return withRun(await millrace(["run", "flow.ts", ...args], { cwd: project(engine), env: IN_CONTAINERS }));
}

function places(of: FlowRun): unknown[] {
  expect(of.code, of.stderr).toBe(0);
  return [readArtifacts(of, "start")["place"], readArtifacts(of, "join")["places"], readArtifacts(of, "end")["place"]];
}

describeWith(DOCKER, "where steps run", () => {
  let mixed: FlowRun;
  let plain: FlowRun;
  let boxed: FlowRun;

  // At the same time, and before the tests: the folders of one that runs beside others go when any of them is over.
  beforeAll(async () => {
    [mixed, plain, boxed] = await Promise.all([
      run("docker", "--remote"),
      run("docker"),
      run("batch", "--with", "docker"),
    ]);
  });

  test("run --remote puts those with @docker into containers, and all others here", () => {
    expect(places(mixed)).toEqual(["local other", ["docker 300", "docker 300"], "local other"]);
    expect(logOf(mixed, "boxed", { index: 1 })).toBe("on docker\n");
    expect(mixed.stderr).not.toContain("boxed: runs on this machine");
    expect(containersOf(mixed)).toEqual([]);
  });

  test("a plain run leaves those with @docker here, and says what is not enforced", () => {
    expect(places(plain)).toEqual(["local other", ["local other", "local other"], "local other"]);
    expect(plain.stderr).toContain("note: boxed: @docker names another engine, it runs on this machine");
  });

  test("run --with docker puts all of them into containers, also one with @batch, whose needs are those on Batch", () => {
    expect(places(boxed)).toEqual(["docker other", ["docker other", "docker other"], "docker other"]);
    expect(containersOf(boxed)).toEqual([]);
  });
});
