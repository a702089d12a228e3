import path from "node:path";
import { expect, test } from "vitest";
import { ESM, LEGACY, makeProject } from "../../rigs/project.ts";
import { HAS_TERMINAL, startMillrace } from "../../rigs/started-command.ts";
import { Terminal } from "../../rigs/terminal.ts";

const FLOW = `import { FlowSpec, main, onExit, step, type Inputs } from "millrace";
import { setTimeout as sleep } from "node:timers/promises";

@onExit({ success: () => { console.log("told by the hook"); console.error("and by its stderr"); } })
class LinesFlow extends FlowSpec {
  shards = Array.from({ length: 40 }, (_, at) => at);
  @step start() { this.next(this.print, { foreach: "shards" }); }
  @step async print(shard: number) {
    for (let line = 0; line < 50; line += 1) {
      console.log(\`line \${shard}-\${line} \${line % 10 === 0 ? "größe 日本 ".repeat(9) : ""}.\`);
      if (line % 10 === 0) await sleep(5);
    }
    this.next(this.join);
  }
  @step join(inputs: Inputs<LinesFlow>) { this.next(this.end); }
  @step end() {}
}
main(LinesFlow);
`;

test.skipIf(!HAS_TERMINAL)("a terminal has each line of output once, and at most ten frames a second", async () => {
  const cwd = makeProject({ "flow.ts": FLOW, "package.json": ESM, "tsconfig.json": LEGACY });
  const run = startMillrace(["run", "flow.ts"], { cwd, datastore: path.join(cwd, "store"), isTerminal: true });
  const startedAt = performance.now();
  expect(await run.exit(), run.text()).toMatchObject({ code: 0 });
  const seconds = (performance.now() - startedAt) / 1000;

  const written = run.text();
  expect(written).not.toMatch(/\u001b\[\d*J/);
  const frames = [...written.matchAll(/\u001b\[\?2026h([^]*?)\u001b\[\?2026l/g)].map(([, frame = ""]) => frame);
  expect(frames.length).toBeLessThanOrEqual(10 * seconds + 2);
  // Of what is written, the lines are most: the block below them takes little.
  for (const frame of frames)
    expect(frame.replaceAll(/^.*(line \d|told by|and by).*$/gm, "").length).toBeLessThan(2_000);

  const terminal = new Terminal(80, 24);
  terminal.write(written);
  const { lines } = terminal;
  const all = lines.join("\n");
  for (let shard = 0; shard < 40; shard += 1) {
    for (let line = 0; line < 50; line += 1) expect(all.split(`line ${shard}-${line} `)).toHaveLength(2);
  }
  for (const text of ["told by the hook", "and by its stderr"])
    expect(lines.filter((line) => line === text)).toEqual([text]);
  expect(lines.filter((line) => /^(start|print|join|end) /.test(line))).toEqual([
    expect.stringMatching(/^start +█+ 1\/1/),
    expect.stringMatching(/^print +█+ 40\/40/),
    expect.stringMatching(/^join +█+ 1\/1/),
    expect.stringMatching(/^end +█+ 1\/1/),
  ]);
  expect(all.split("succeeded LinesFlow")).toHaveLength(2);
});
