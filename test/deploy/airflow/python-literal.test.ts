import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { describeWith, type Need } from "../../rigs/describe-with.ts";
import { pythonLiteral } from "../../../runtime/deploy/airflow/python-literal.ts";

const VALUES = [
  'it\'s "quoted" \\ \\n',
  "lines\nand\ttabs\r\0",
  "{{ run_id }} {% raw %} ${HOME} `id` $(id)",
  "naïve Größe 日本 😀 \u2028 \u007f",
  "\"\"\"\n'''",
  { a: [1, -2.5, true, false, null], "key with 😀": {} },
  "# coding: latin-1",
];

const PYTHON: Need = {
  name: "Python",
  missing: spawnSync("python3", ["--version"]).status === 0 ? null : "python3 cannot be started",
};

describeWith(PYTHON, "a literal of Python", () => {
  test("what a file of Python is given as a value comes out of it unchanged", () => {
    const script = `import json\nprint(json.dumps(${pythonLiteral(VALUES)}))`;
    expect(script).toMatch(/^[\x0a\x20-\x7e]*$/);
    const { stdout, stderr } = spawnSync("python3", ["-c", script], { encoding: "utf8" });
    expect(JSON.parse(stdout || stderr)).toEqual(VALUES);
  });
});
