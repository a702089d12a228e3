import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { readPage } from "../docs/pages.ts";
import { folderOfFile, node, ROOT } from "../rigs/harness.ts";
import { installPacked, packPackage } from "../rigs/packed-package.ts";
import { isSoak } from "../setup/tier.ts";

const OUTER = ["typescript-5.4", "typescript", "typescript-7"] as const;
const COMPILERS = isSoak() ? ([...OUTER, "typescript-5.7", "typescript-5.9"] as const) : OUTER;

const MANIFEST = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
  readonly exports: Readonly<Record<string, unknown>>;
};

/** Their declarations are Apache Arrow's. */
const OTHERS = new Set(["./arrow", "./package.json"]);
const ENTRIES = Object.keys(MANIFEST.exports).filter((name) => !OTHERS.has(name));

const README = readPage("README.md");
/** With and without Node's types, and without those of browsers. */
const NODE = { types: ["node"], lib: ["ES2022"] };
const BARE = { types: [], lib: ["ES2022"] };

/** What a project may say; TypeScript 6 wants to hear that `node10` is on its way out, and 7 has none. */
const MODULES = {
  "node16 in an ES module": { folder: "esm", options: { module: "Node16", ...BARE } },
  "node16 in CommonJS": { folder: "cjs", options: { module: "Node16", ...NODE } },
  "nodenext in an ES module": { folder: "esm", options: { module: "NodeNext", ...NODE } },
  "nodenext in CommonJS": { folder: "cjs", options: { module: "NodeNext", ...BARE } },
  bundler: { folder: "esm", options: { module: "ESNext", moduleResolution: "Bundler", ...BARE } },
  node10: { folder: "cjs", options: { module: "CommonJS", moduleResolution: "Node10", ...BARE } },
} as const;

const project = makeProject();

test.for(COMPILERS)("README's flow compiles with README's own tsconfigs: %s", async (compiler) => {
  const configs = README.fences
    .filter(({ language }) => language === "jsonc")
    .flatMap(({ code }) => code.split("\n").filter((line) => line.startsWith("{")))
    .map((line) => JSON.parse(line) as { compilerOptions: object });
  expect(configs).toHaveLength(2);
  for (const { compilerOptions } of configs)
    expect(await compile(compiler, { folder: "esm", files: ["tune.ts", "entries.ts"], compilerOptions })).toBe("");
});

// The oldest compiler and the one of today; what those between say of them, README's flow shows.
test.for(Object.entries(MODULES))(
  "the declarations are right without skipLibCheck: %s",
  async ([, { folder, options }]) => {
    const isOld = "moduleResolution" in options && options.moduleResolution === "Node10";
    for (const compiler of ["typescript-5.4", "typescript"]) {
      const silenced = isOld && compiler === "typescript" ? { ignoreDeprecations: "6.0" } : {};
      const compilerOptions = { target: "ES2022", strict: true, skipLibCheck: false, ...options, ...silenced };
      expect(await compile(compiler, { folder, files: ["entries.ts"], compilerOptions })).toBe("");
    }
  },
);

test("a compiler says what is wrong with a program of such a project", async () => {
  const compilerOptions = { target: "ES2022", strict: true, module: "Node16", ...BARE };
  const problems = await compile("typescript-5.4", { folder: "cjs", files: ["wrong.ts"], compilerOptions });
  expect(problems).toMatch(/wrong\.ts\(2,\d+\): error TS2322/);
});

test.for(COMPILERS)("mistakes at decorators are named: %s", async (compiler) => {
  const standard = await mistakes(compiler, { experimentalDecorators: false });
  const legacy = await mistakes(compiler, { experimentalDecorators: true });
  for (const seen of [standard, legacy]) {
    expect(seen).toContain('Refused<"@retry needs parentheses: write @retry()">');
    expect(seen).toContain('Refused<"a step is a method: write start() { … }">');
  }
  expect(standard.match(/mistakes\.ts\(\d+/g)).toEqual(["2", "4", "5", "6", "7"].map((line) => `mistakes.ts(${line}`));
  expect(standard).toContain(`Refused<"what the schema gives does not fit the field's type">`);
  expect(standard).toContain(`"choice 8 does not fit the field's type"`);
  expect(legacy).toContain('Refused<"a decorator with options needs parentheses: write @name()">');
});

async function mistakes(compiler: string, options: object): Promise<string> {
  const compilerOptions = { target: "ES2022", strict: true, module: "Node16", ...BARE, ...options };
  return await compile(compiler, { folder: "esm", files: ["mistakes.ts"], compilerOptions });
}

/** Everything that a compiler prints; nothing where all is well. */
async function compile(
  compiler: string,
  { folder, files, compilerOptions }: { folder: string; files: readonly string[]; compilerOptions: object },
): Promise<string> {
  const cwd = path.join(project, folder);
  const config = path.join(cwd, "tsconfig.json");
  fs.writeFileSync(config, JSON.stringify({ compilerOptions: { ...compilerOptions, noEmit: true }, files }));
  const tsc = path.join(ROOT, "node_modules", compiler, "bin/tsc");
  return (await node([tsc, "--pretty", "false", "-p", config], { cwd })).stdout;
}

/** One installed package, used by a folder of each kind of module. */
function makeProject(): string {
  const folder = folderOfFile();
  installPacked(packPackage(folder), folder, ["@types/node", "undici-types"]);
  const flow = README.fences.find(({ title }) => title === "tune.ts")?.code ?? "";
  const lines = ENTRIES.map((entry, at) => `import * as entry${at} from "${path.posix.join("millrace", entry)}";`);
  const files = {
    "tune.ts": flow,
    "entries.ts": [
      ...lines,
      `export { ${lines.map((_, at) => `entry${at}`).join(", ")} };`,
      'import { current } from "millrace";',
      'import { Runner } from "millrace/runner";',
      "export const isStopped: boolean = current.signal.aborted;",
      'export const runner = new Runner(import_url(), { tags: ["nightly"] });',
      'function import_url() { return { href: "file:///flow.ts" }; }',
    ].join("\n"),
    "mistakes.ts": [
      'import { FlowSpec, parameter, retry, step, type StandardSchemaV1 } from "millrace";',
      "@retry",
      "export class SampleFlow extends FlowSpec {",
      "  @retry @step middle() {}",
      "  @step start = () => {};",
      '  @parameter({ schema: {} as StandardSchemaV1<unknown, number> }) rate = "fast";',
      '  @parameter({ choices: [8, 16] }) size = "small";',
      "  @parameter({ choices: [8, 16] }) factors = 16;",
      "  @parameter verbose = false;",
      "}",
    ].join("\n"),
    "wrong.ts": 'import { current } from "millrace";\nexport const attempt: string = current.attempt;\n',
  };
  for (const [kind, type] of [
    ["esm", "module"],
    ["cjs", "commonjs"],
  ] as const) {
    fs.mkdirSync(path.join(folder, kind));
    fs.writeFileSync(path.join(folder, kind, "package.json"), JSON.stringify({ type }));
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, kind, name), text);
  }
  return folder;
}
