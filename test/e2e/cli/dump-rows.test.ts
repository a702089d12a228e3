import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { millrace } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";

const FLOW = `
import fs from "node:fs";
import { tableFromArrays } from "apache-arrow";
import "millrace/arrow";
import { FlowSpec, directory, file, main, step } from "millrace";
class RowsFlow extends FlowSpec {
  flat = [{ code: "VIE", mape: 0.25, at: new Date(0) }, { code: "a\\u001b[31m\\nb", mape: 12.5, extra: true }];
  many = Array.from({ length: 50 }, (_, index) => ({ index }));
  deep = [{ code: "VIE", more: { a: 1 } }];
  table = tableFromArrays({ x: Int32Array.of(1, 20), name: ["one", "two"] });
  model: unknown;
  folder: unknown;
  @step async start() {
    fs.mkdirSync("d/sub", { recursive: true });
    fs.writeFileSync("d/sub/a.txt", "inside");
    this.model = await file("d/sub/a.txt");
    this.folder = await directory("d");
    this.next(this.end);
  }
  @step end() {}
}
main(RowsFlow);
`;

test("dump shows tables and arrays of flat objects as rows, and writes files and directories", async () => {
  const cwd = makeProject({ "flow.ts": FLOW, "package.json": ESM, "tsconfig.json": STANDARD });
  fs.symlinkSync(
    path.join(import.meta.dirname, "../../../node_modules/apache-arrow"),
    path.join(cwd, "node_modules/apache-arrow"),
    "junction",
  );
  const options = { cwd, datastore: path.join(cwd, "runs") };
  expect((await millrace(["run", "flow.ts"], options)).code).toBe(0);
  const dump = async (...args: string[]) => millrace(["dump", "flow.ts", ...args], options);
  const linesOf = async (...args: string[]) =>
    (await dump(...args)).stdout
      .split("\n")
      .slice(2)
      .map((line) => line.trim());

  const flat = await linesOf("--artifact", "flat");
  expect(flat[0]).toMatch(/^code +mape +at +extra$/);
  expect(flat[1]).toMatch(/^0 +VIE +0\.25 +1970-01-01T00:00:00\.000Z$/);
  expect(flat[2]).toMatch(/^1 +a.*31m.*b +12\.5 +true$/);
  expect(flat.join("")).not.toContain("\u001b");
  expect(await linesOf("--artifact", "table")).toEqual(expect.arrayContaining([expect.stringMatching(/^1 +20 +two$/)]));
  const many = await linesOf("--artifact", "many", "--max-rows", "3");
  expect(many.slice(0, 5)).toEqual([
    "index",
    "0      0",
    "1      1",
    "2      2",
    "the first 3 of 50 rows; --max-rows shows more",
  ]);
  expect((await linesOf("--artifact", "deep")).join(" ")).toContain("more: { a: 1 }");
  const json = JSON.parse((await dump("--artifact", "flat", "--json")).stdout) as {
    tasks: { artifacts: { plain: unknown }[] }[];
  };
  expect(json.tasks[0]?.artifacts[0]?.plain).toHaveLength(2);

  expect((await dump("--artifact", "model", "--output", "out.txt")).code).toBe(0);
  expect(fs.readFileSync(path.join(cwd, "out.txt"), "utf8")).toBe("inside");
  expect((await dump("--artifact", "folder", "--output", "out")).code).toBe(0);
  expect(fs.readFileSync(path.join(cwd, "out/sub/a.txt"), "utf8")).toBe("inside");
  for (const [args, wanted] of [
    [["--artifact", "flat", "--output", "x"], "flat is not a file or directory: Array(2)"],
    [["--output", "x"], "no artifact is named"],
    [["--artifact", "model", "--output", "no/such/place"], "the place cannot be written"],
  ] as const) {
    const { code, stderr } = await dump(...args);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(wanted) });
  }
});
