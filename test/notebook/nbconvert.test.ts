import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { makeProject } from "../rigs/project.ts";
import { describeWith } from "../rigs/describe-with.ts";
import { JUPYTER, JUPYTER_PYTHON, nbconvert } from "./jupyter.ts";
import { runCells } from "./notebooks.ts";

describeWith(JUPYTER, "a kernel under jupyter nbconvert", () => {
  test("no output of 500 cells is lost or late", () => {
    const cells = Array.from({ length: 500 }, (_, index) => {
      const kinds = [
        `console.log('printed', ${index}); ${index}`,
        `await new Promise((resolve) => setTimeout(resolve, 2)); console.log('printed', ${index}); ${index}`,
        `setTimeout(() => console.log('printed', ${index}), 1); await new Promise((resolve) => setTimeout(resolve, 5)); ${index}`,
        `display(${index}); console.log('printed', ${index}); ${index}`,
      ];
      return kinds[index % kinds.length]!;
    });
    const { status, stderr, outputs } = nbconvert(cells);
    expect(stderr).not.toContain("Error");
    expect(status).toBe(0);
    const wanted = cells.map((_, index) => [
      ...(index % 4 === 3 ? [`display: ${index}`] : []),
      `stdout: printed ${index}`,
      `= ${index}`,
    ]);
    expect(outputs).toEqual(wanted);
  });

  test("ten megabytes of output arrive whole", () => {
    const { outputs } = nbconvert(["for (let i = 0; i < 100_000; i++) console.log(String(i).padStart(99, '.'))"]);
    const lines = outputs[0]?.[0]?.replace("stdout: ", "").split("\n") ?? [];
    expect(lines).toHaveLength(100_000);
    expect(lines.every((line, index) => line.endsWith(`.${index}`))).toBe(true);
  });

  test("an error has its traceback, and stops the notebook", () => {
    const { status, stderr } = nbconvert(["function fail() {\n  throw new TypeError('bad');\n}", "1;\nfail()"]);
    expect(status).toBe(1);
    expect(stderr).toContain("at fail (cell 1, line 2)");
    expect(stderr).toContain("at cell 2, line 2");
    expect(stderr).toContain("TypeError: bad");
  });

  test("a syntax error is shown with its place", () => {
    const { status, stderr } = nbconvert(["const a = 1;\nconst b = ;"]);
    expect(status).toBe(1);
    expect(stderr).toContain('Unexpected ";"');
    expect(stderr).toContain("cell 1, line 2");
  });

  test("a cell that never ends is interrupted, and the next one runs", () => {
    // The first cell waits for its process to start, which may take long on a busy machine.
    const config = makeProject({
      "config.py": `
c.ExecutePreprocessor.timeout_func = lambda cell: 5 if cell.source == "for (;;);" else None
c.ExecutePreprocessor.interrupt_on_timeout = True
`,
    });
    const { outputs } = nbconvert(
      ["const kept = 1;", "for (;;);", "kept"],
      ["--allow-errors", `--config=${path.join(config, "config.py")}`],
    );
    expect(outputs).toEqual([[], ["! Interrupted: the cell was interrupted"], ["= 1"]]);
  });
});

describeWith(JUPYTER, "nbformat", () => {
  test("reads what the runner saves, finds it valid, and would write it the same", async () => {
    const { folder } = await runCells([
      "console.log('Zeile 1\\r\\nZeile 2\\u2028ä'); display({ 'text/html': '<b>\\n</b>', 'image/svg+xml': '<svg>\\n</svg>' }, { raw: true })",
      "({ [Symbol.for('Jupyter.display')]: () => ({ 'application/json': { b: [1, 0.5], a: 'x\\ny' }, 'image/png': new Uint8Array(99) }) })",
      { source: "throw new Error('kept')", tags: ["raises-exception"] },
    ]);
    const script = `
import nbformat
text = open("book.ipynb", encoding="utf8").read()
notebook = nbformat.reads(text, as_version=4)
nbformat.validate(notebook)
open("again.ipynb", "w", encoding="utf8", newline="").write(nbformat.writes(notebook) + "\\n")
`;
    const { stderr, status } = spawnSync(JUPYTER_PYTHON!, ["-c", script], { cwd: folder, encoding: "utf8" });
    expect([stderr, status]).toEqual(["", 0]);
    const [saved, again] = ["book.ipynb", "again.ipynb"].map((name) =>
      fs.readFileSync(path.join(folder, name), "utf8"),
    );
    expect(saved).toBe(again);
  });
});
