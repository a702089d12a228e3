import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { Shell } from "../../../runtime/engines/slurm/shell.ts";
import { WorkFolder } from "../../../runtime/engines/slurm/work-folder.ts";
import { temporaryFolder } from "../../rigs/harness.ts";

const LONG_AGO = new Date("2020-01-01");
const RUN = { flow: "F", run: "20261201-110950834-e1my8" };
const OLD = "F-20200101-110950834-aaaaa";
const HOUR_MS = 3_600_000;

function scene() {
  const place = path.join(temporaryFolder(), "of a site");
  const shell = new Shell({ host: null, bin: null, env: { PATH: process.env["PATH"] } });
  fs.mkdirSync(place);
  const age = (...names: string[]) => {
    for (const name of names) fs.utimesSync(path.join(place, name), LONG_AGO, LONG_AGO);
  };
  return {
    ...{ place, age },
    /** As another process opens it. */
    open: () => new WorkFolder(shell, place),
    make(...names: string[]) {
      for (const name of names)
        if (name.endsWith("/")) fs.mkdirSync(path.join(place, name));
        else fs.writeFileSync(path.join(place, name), "x");
      age(...names);
    },
    left: () => fs.readdirSync(place).sort(),
  };
}

test("old files of others stay, whatever folder is named; old runs and runtimes of ours go", async () => {
  const { open, make, left } = scene();
  make("thesis.tex", "results/", "runtime-notes.txt", "F-r1/", `${OLD}/`, "runtime-0123456789abcdef.gz");
  await open().prepare(RUN);
  expect(left()).toEqual(["F-20261201-110950834-e1my8", "F-r1", "results", "runtime-notes.txt", "thesis.tex"]);
});

test("what is in use is never old", async () => {
  const { open, age, left, place } = scene();
  const work = open();
  await work.prepare(RUN);
  const runtime = await work.write("runtime-0123456789abcdef.gz", Buffer.from("runtime"));
  age(path.basename(runtime), `F-${RUN.run}`);
  await work.refresh([RUN]);
  expect(fs.statSync(runtime).mtime).toEqual(LONG_AGO);
  await work.refresh([RUN], performance.now() + 13 * HOUR_MS);
  await open().prepare({ ...RUN, run: "20261202-110950834-bbbbb" });
  expect(left()).toEqual([`F-${RUN.run}`, "F-20261202-110950834-bbbbb", path.basename(runtime)]);
  age(path.basename(runtime));
  await open().write(path.basename(runtime), Buffer.from("again"));
  expect(fs.statSync(runtime).mtime).not.toEqual(LONG_AGO);
  expect(fs.readFileSync(runtime, "utf8")).toBe("runtime");
  expect(fs.statSync(path.join(place, `F-${RUN.run}`)).mode & 0o777).toBe(0o700);
});
