import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { millrace } from "../rigs/harness.ts";
import { makeProject } from "../rigs/project.ts";
import { notebookOf, runCells } from "./notebooks.ts";

test("a notebook is saved in place, and the same again when it is run again", async () => {
  const { folder, stdout, stderr } = await runCells(["console.log('a\\nb')", "({ a: 1 })"]);
  expect(stdout).toBe("saved: book.ipynb\n");
  expect(stderr).toMatch(/^\[1\/2\] ok \d+\.\d s {2}console\.log/);
  const file = path.join(folder, "book.ipynb");
  const first = fs.readFileSync(file, "utf8");
  await millrace(["notebook", "run", "book.ipynb"], { cwd: folder });
  expect(fs.readFileSync(file, "utf8")).toBe(first);
  expect(fs.readdirSync(folder).filter((name) => name.includes(".tmp"))).toEqual([]);
  expect(JSON.parse(first).cells[0]).toEqual({
    cell_type: "code",
    execution_count: 1,
    id: "c0",
    metadata: {},
    outputs: [{ name: "stdout", output_type: "stream", text: ["a\n", "b\n"] }],
    source: ["console.log('a\\nb')"],
  });
});

test("--out leaves the notebook itself as it was", async () => {
  const folder = makeProject({ "book.ipynb": notebookOf(["1 + 1"]) });
  const before = fs.readFileSync(path.join(folder, "book.ipynb"), "utf8");
  await millrace(["notebook", "run", "book.ipynb", "--out", "done.ipynb"], { cwd: folder });
  expect(fs.readFileSync(path.join(folder, "book.ipynb"), "utf8")).toBe(before);
  expect(JSON.parse(fs.readFileSync(path.join(folder, "done.ipynb"), "utf8")).cells[0].outputs[0].data).toEqual({
    "text/plain": ["2"],
  });
});

test("a cell that fails ends the run; what was shown is saved, older outputs behind it are not kept", async () => {
  const stale = JSON.parse(notebookOf(["1", "throw new Error('stop')", "3"]));
  stale.cells[2].outputs = [{ output_type: "stream", name: "stdout", text: "of an earlier run" }];
  const { outputs, code } = await runCells([], { files: { "book.ipynb": JSON.stringify(stale) } });
  expect(code).toBe(1);
  expect(outputs).toEqual([["= 1"], ["! Error: stop"], []]);
});

test("Ctrl-C stops the cell and the notebook, a cell that may fail too, and saves what was shown", async () => {
  const cells = [
    { source: "console.log('begun'); process.kill(process.ppid, 'SIGINT'); for (;;);", tags: ["raises-exception"] },
    "2",
  ];
  const { outputs, code, stderr } = await runCells(cells);
  expect(outputs).toEqual([["stdout: begun", "! Interrupted: the cell was interrupted"], []]);
  expect(stderr).toContain("because of cell 1, line 1: Interrupted");
  expect(code).toBe(1);
});

test("cells without ids get the same ones in every run", async () => {
  const old = JSON.parse(notebookOf(["1", "1"]));
  for (const cell of old.cells) delete cell.id;
  const files = { "book.ipynb": JSON.stringify({ ...old, nbformat_minor: 4 }) };
  const [one, two] = [await runCells([], { files }), await runCells([], { files })];
  expect(one.saved.nbformat_minor).toBe(5);
  expect(one.saved).toEqual(two.saved);
  expect(new Set(one.saved.cells.map((cell: { id: string }) => cell.id)).size).toBe(2);
});

test("--html writes a page that holds everything and runs nothing", async () => {
  const book = JSON.parse(
    notebookOf(["console.log('\\u001b[31mred\\u001b[39m <b>')", "({ outerHTML: '<svg></svg><script>1</script>' })"]),
  );
  book.cells.unshift({ cell_type: "markdown", id: "m", metadata: {}, source: "# The title\n\n![dot](dot.png) `<x>`" });
  const { folder } = await runCells([], {
    files: { "book.ipynb": JSON.stringify(book), "dot.png": "png" },
    args: ["--html", "out/page.html"],
  });
  const page = fs.readFileSync(path.join(folder, "out/page.html"), "utf8");
  expect(page).toContain("<title>The title</title>");
  expect(page).toContain("Content-Security-Policy\" content=\"default-src 'none'; img-src data:;");
  expect(page).toContain(`src="data:image/png;base64,${Buffer.from("png").toString("base64")}"`);
  expect(page).toContain('<span style="color:rgb(187,0,0)">red</span> &lt;b&gt;');
  expect(page).toContain("<svg></svg>");
  expect(page).not.toMatch(/(src|href)="(?!data:)/);
});

describe("bad input is a usage error", () => {
  const OTHER = JSON.stringify({
    cells: [],
    metadata: { kernelspec: { language: "python" } },
    nbformat: 4,
    nbformat_minor: 5,
  });
  test.each([
    ["no such file", {}, "it does not exist"],
    ["a folder", { "book.ipynb/x": "" }, "it is a folder"],
    ["text", { "book.ipynb": "hello" }, "it is not a notebook"],
    ["other JSON", { "book.ipynb": "[1]" }, "it is not a notebook"],
    ["an old format", { "book.ipynb": '{"nbformat":3,"nbformat_minor":0}' }, "its format is not nbformat 4: 3.0"],
    ["damaged cells", { "book.ipynb": '{"nbformat":4,"nbformat_minor":5,"cells":[{}]}' }, "its cells are damaged"],
    ["another language", { "book.ipynb": OTHER }, "its language is not TypeScript: python"],
  ])("%s", async (_name, files, wanted) => {
    const { code, stderr } = await millrace(["notebook", "run", "book.ipynb"], { cwd: makeProject(files) });
    expect(stderr).toContain(`Cannot run book.ipynb because ${wanted}`);
    expect(stderr).toContain("hint:");
    expect(code).toBe(2);
  });

  test.each([
    [["run"], "missing required argument 'notebook'"],
    [["run", "book.ipynb", "--timeout", "no"], "It must be a number of seconds above 0"],
    [["rum"], "unknown command 'rum'"],
    [["install", "--name", "a/b"], 'its name may hold only letters, digits, ".", "_" and "-": a/b'],
  ])("%s", async (args, wanted) => {
    const { code, stderr } = await millrace(["notebook", ...args]);
    expect(stderr).toContain(wanted);
    expect(code).toBe(2);
  });
});
