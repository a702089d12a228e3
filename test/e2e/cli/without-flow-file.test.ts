import fs from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { millrace } from "../../rigs/harness.ts";
import { flowFolder, SOUND } from "./flow-folder.ts";

let cwd = "";
beforeAll(async () => {
  cwd = flowFolder({ "flow.ts": SOUND, "other.ts": SOUND.replaceAll("SampleFlow", "OtherFlow") });
  expect(await millrace(["run", "flow.ts", "--datastore", "one"], { cwd })).toMatchObject({ code: 0 });
  for (const file of ["flow.ts", "other.ts"])
    expect(await millrace(["run", file, "--datastore", "two"], { cwd })).toMatchObject({ code: 0 });
});

test("what is about a datastore needs no flow file", async () => {
  for (const words of [["runs"], ["status"], ["dump"], ["logs"], ["diff", "latest", "latest"], ["tag", "list"]]) {
    const seen = await millrace([...words, "--datastore", "one"], { cwd });
    expect(seen, words.join(" ")).toMatchObject({ code: 0 });
  }
  expect((await millrace(["fsck", "--datastore", "two"], { cwd })).stdout).toContain("2 runs");
  const gc = await millrace(["gc", "--keep", "latest", "--dry-run", "--json", "--datastore", "one"], { cwd });
  expect(JSON.parse(gc.stdout)).toMatchObject({ runs: [{ flow: "SampleFlow", kept: true, by: ["latest"] }] });
});

test("runs lists those of all flows, newest first", async () => {
  const seen = await millrace(["runs", "--json", "--datastore", "two"], { cwd });
  const runs = JSON.parse(seen.stdout) as { flow: string; run: string }[];
  expect(runs.map(({ flow }) => flow)).toEqual(["OtherFlow", "SampleFlow"]);
  const first = await millrace(["runs", "--limit", "1", "--datastore", "two"], { cwd });
  expect(first.stdout).toMatch(/^FLOW +RUN .*\nOtherFlow /);
});

test("runs takes the name of a flow, and suggests the one that is meant", async () => {
  const named = await millrace(["runs", "SampleFlow", "--json", "--datastore", "two"], { cwd });
  expect((JSON.parse(named.stdout) as { flow: string }[]).map(({ flow }) => flow)).toEqual(["SampleFlow"]);
  const wrong = await millrace(["runs", "SampelFlow", "--datastore", "two"], { cwd });
  expect(wrong).toMatchObject({ code: 2, stdout: "" });
  expect(wrong.stderr).toContain("did you mean SampleFlow?");
  const both = await millrace(["runs", "flow.ts", "OtherFlow", "--datastore", "two"], { cwd });
  expect(both.code).toBe(2);
});

test("a pathspec says which flow is meant where the datastore holds several", async () => {
  const named = await millrace(["status", "OtherFlow/latest", "--datastore", "two"], { cwd });
  expect(named.stdout).toMatch(/^OtherFlow\//);
  const unnamed = await millrace(["status", "--datastore", "two"], { cwd });
  expect(unnamed).toMatchObject({ code: 2, stdout: "" });
  expect(unnamed.stderr).toMatch(
    /which flow is meant[^]*flows: OtherFlow, SampleFlow\n {2}hint: name the flow file, or a run as OtherFlow\/latest/,
  );
});

test("the id of a run says which flow is meant, as no other has that run", async () => {
  const listed = await millrace(["runs", "--json", "--datastore", "two"], { cwd });
  for (const { flow, run } of JSON.parse(listed.stdout) as { flow: string; run: string }[]) {
    for (const text of [run, run.slice(-8)])
      expect((await millrace(["status", text, "--datastore", "two"], { cwd })).stdout).toMatch(new RegExp(`^${flow}/`));
    const page = `${flow}.html`;
    const exported = await millrace(["ui", "--export", page, run, "--datastore", "two"], { cwd });
    expect(exported.code, exported.stderr).toBe(0);
    expect(fs.statSync(`${cwd}/${page}`).size).toBeGreaterThan(10_000);
  }
  const both = await millrace(["status", "20", "--datastore", "two"], { cwd });
  expect(both).toMatchObject({ code: 2, stdout: "" });
});

test("a flow file says so as before, also behind the second word of tag", async () => {
  const status = await millrace(["status", "flow.ts", "--datastore", "two"], { cwd });
  expect(status.stdout).toMatch(/^SampleFlow\//);
  const tag = await millrace(["tag", "list", "flow.ts", "--json", "--datastore", "two"], { cwd });
  expect(JSON.parse(tag.stdout)).toMatchObject({ flow: "SampleFlow", tags: [] });
});

test("a command about a flow asks for its file", async () => {
  const seen = await millrace(["show"], { cwd });
  expect(seen).toMatchObject({ code: 2 });
  expect(seen.stderr).toContain("no flow file is given");
});

test("gc and fsck --repair make no datastore where there is none", async () => {
  const home = flowFolder({});
  for (const words of [["gc"], ["gc", "--dry-run"], ["fsck", "--repair"]])
    expect(await millrace(words, { cwd: home, env: { MILLRACE_DATASTORE: "" } }), words.join(" ")).toMatchObject({
      code: 0,
    });
  expect(fs.readdirSync(home)).not.toContain(".millrace");
});

test("a word that looks like a flow file is none where it cannot be one", async () => {
  const at = { cwd, datastore: `${cwd}/one` };
  expect(await millrace(["tag", "add", "latest", "v1.ts"], at)).toMatchObject({ code: 0 });
  expect((await millrace(["tag", "list"], at)).stdout).toContain("v1.ts");
  expect((await millrace(["dump", "latest/start", "--artifact", "model.js"], at)).stderr).toContain("model.js");
});
