import { expect, test } from "vitest";
import { ESM, LEGACY, makeProject, STANDARD } from "../rigs/project.ts";
import { startKernel } from "./kernel-client.ts";

const TIMED = `import { decorator } from "millrace";
export const timed = decorator({
  name: "timed",
  options: { label: "plain" },
  after({ stepName, attempt, options, flow }, { status, error }) {
    console.log(\`\${options.label} \${stepName}/\${attempt} \${status} \${(error as Error | null)?.message ?? "-"}\`);
    if (status === "succeeded") (flow as unknown as { ended: string }).ended = stepName;
  },
});
`;

const CELLS = [
  `import { current, decorator, FlowSpec, retry, step } from "millrace";
   import { Runner } from "millrace/testing";
   import { timed } from "./timed.ts";`,
  `const shout = (text: string): string => text.toUpperCase();
   const watched = decorator({
     name: "watched",
     options: { word: "seen" },
     before: ({ stepName }) => console.log("before", stepName),
     async around(next, { flow, options }) {
       await next();
       (flow as unknown as { words: string[] }).words.push(shout(options.word));
     },
   });`,
  `@timed({ label: "class" })
   class CellFlow extends FlowSpec {
     words: string[] = [];
     ended = "";
     @watched({ word: "first" }) @step start() { this.next(this.flaky); }
     @watched @timed @retry({ times: 1 }) @step flaky() {
       if (current.attempt === 0) throw new Error("not yet");
       this.next(this.end);
     }
     @step end() {}
   }`,
];

test.each([
  ["standard decorators", STANDARD],
  ["experimentalDecorators", LEGACY],
])("decorators that cells and a file beside the notebook make surround the steps, under %s", async (_, tsconfig) => {
  const folder = makeProject({ "package.json": ESM, "tsconfig.json": tsconfig, "timed.ts": TIMED });
  const kernel = await startKernel(folder);
  for (const cell of CELLS) expect((await kernel.execute(cell)).reply).toMatchObject({ status: "ok" });
  const ran = await kernel.execute("const { run } = await new Runner(CellFlow).run(); run.status");
  expect(ran.heard, ran.heard.join("\n")).toContain("execute_result 'succeeded'");
  const look = await kernel.execute(`const log = async (step: string, attempt: number) =>
    (await (await run.step(step).tasks().toArray())[0].logs("stdout", { attempt })).trim().split("\\n");
  JSON.stringify([await log("start", 0), await log("flaky", 0), await log("flaky", 1), await log("end", 0), await run.data.words])`);
  const shown = look.heard.find((text) => text.startsWith("execute_result "))?.slice("execute_result ".length);
  expect(shown, look.heard.join("\n")).toBeDefined();
  expect(JSON.parse(shown!.replace(/^'|'$/g, ""))).toEqual([
    ["before start", "class start/0 succeeded -"],
    ["before flaky", "plain flaky/0 failed not yet"],
    ["before flaky", "plain flaky/1 succeeded -"],
    ["class end/0 succeeded -"],
    ["FIRST", "SEEN"],
  ]);

  // A decorator that a cell makes anew is the one that counts.
  await kernel.execute(CELLS[1]!.replace('"before"', '"again before"'));
  await kernel.execute(CELLS[2]!);
  const again = await kernel.execute(
    "const second = await new Runner(CellFlow).run(); await (await second.run.step('start').tasks().toArray())[0].logs('stdout')",
  );
  expect(again.heard.join("\n")).toContain("again before start");
});
