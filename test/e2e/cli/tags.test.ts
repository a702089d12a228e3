import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { changeTags, tagsNow } from "../../../runtime/datastore/change-tags.ts";
import { millrace } from "../../rigs/harness.ts";
import { flowFolder, SOUND } from "./flow-folder.ts";

interface Project {
  readonly cwd: string;
  readonly datastore: string;
}

function project(text = SOUND): Project {
  const cwd = flowFolder({ "flow.ts": text });
  return { cwd, datastore: path.join(cwd, "store") };
}

async function command(at: Project, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const [name = "", ...rest] = args;
  const seen = await millrace([name, "flow.ts", ...rest], { ...at, env });
  return {
    ...seen,
    lines: seen.stdout
      .trim()
      .split("\n")
      .filter((line) => line !== ""),
  };
}

async function listed(at: Project, args: readonly string[]): Promise<{ run: string; tags: string[] }[]> {
  const seen = await command(at, ["runs", "--json", ...args]);
  expect(seen.code, seen.stderr).toBe(0);
  return JSON.parse(seen.stdout) as { run: string; tags: string[] }[];
}

describe("tag", () => {
  test("add, remove, replace and list change what every command shows; run.json stays as it was", async () => {
    const at = project();
    await command(at, ["run", "--tag", "first"]);
    const [run = ""] = fs.readdirSync(path.join(at.datastore, "flows/SampleFlow"));
    const document = path.join(at.datastore, "flows/SampleFlow", run, "run.json");
    const before = fs.readFileSync(document, "utf8");

    const added = await command(at, ["tag", "add", "latest", "good", "kept for Ann"]);
    expect(added.code, added.stderr).toBe(0);
    expect(added.lines).toEqual(["first", "good", "kept for Ann"]);
    expect((await command(at, ["tag", "remove", run, "first", "never there"])).lines).toEqual(["good", "kept for Ann"]);
    expect((await listed(at, ["--tag", "good"])).map((one) => one.run)).toEqual([run]);
    expect(await listed(at, ["--tag", "first"])).toEqual([]);
    expect(JSON.parse((await command(at, ["status", "--json"])).stdout)).toMatchObject({
      tags: ["good", "kept for Ann"],
    });
    const replaced = await command(at, ["tag", "replace", run, "good", "final", "--json"]);
    expect(JSON.parse(replaced.stdout)).toMatchObject({
      run,
      tags: ["good", "final"],
      added: ["final"],
      removed: ["kept for Ann"],
    });
    expect((await command(at, ["tag", "list", run])).lines).toEqual(["good", "final"]);
    // The flow file may stand behind the subcommand as well.
    expect((await millrace(["tag", "list", "flow.ts"], at)).stdout.trim().split("\n")).toEqual(["good", "final"]);
    expect(fs.readFileSync(document, "utf8")).toBe(before);
  });

  test("of changes made at once none is lost", async () => {
    const at = project();
    await command(at, ["run"]);
    const names = ["a", "b", "c", "d"];
    await Promise.all(names.map((name) => command(at, ["tag", "add", "latest", name])));
    const seen = await command(at, ["tag", "list", "latest"]);
    expect(seen.lines.sort()).toEqual(names);
  });

  test("the last change counts, whatever the clock of the machine that made the one before", async () => {
    const at = project();
    await command(at, ["run"]);
    const store = openDatastore(at.datastore);
    const [run = ""] = store.runs("SampleFlow");
    const document = store.record("SampleFlow", run).document();
    changeTags(store.storage, document, { add: ["x"] });
    const folder = path.join(at.datastore, "flows/SampleFlow", run, "tags");
    const [only = ""] = fs.readdirSync(folder);
    const tomorrow = String(Date.now() + 86_400_000).padStart(15, "0");
    fs.renameSync(path.join(folder, only), path.join(folder, `${tomorrow}-00000000.json`));
    expect(changeTags(store.storage, document, { remove: ["x"] })).toEqual([]);
    expect(tagsNow(store.storage, document)).toEqual([]);
  });

  test("system tags cannot be changed, a run has to exist: exit code 2 and nothing is written", async () => {
    const at = project(
      SOUND.replace("class SampleFlow", '@project({ name: "fraud" })\nclass SampleFlow').replace(
        "includeFile,",
        "includeFile, project,",
      ),
    );
    expect((await command(at, ["run"], { MILLRACE_USER: "ann" })).code).toBe(0);
    for (const args of [
      ["tag", "remove", "latest:any", "project:fraud"],
      ["tag", "add", "latest:any", "ok", "user:bob"],
      ["tag", "add", "latest:any", " "],
      ["tag", "add", "2020", "x"],
      ["tag", "add", "latest:any"],
      ["tag"],
    ]) {
      const seen = await command(at, args);
      expect(seen.code, `${args.join(" ")}: ${seen.stderr}`).toBe(2);
    }
    const kept = ["project:fraud", "project_branch:user.ann"];
    expect((await command(at, ["tag", "list", "latest:any"])).lines).toEqual(kept);
    expect((await command(at, ["tag", "replace", "latest:any", "new"])).lines).toEqual([...kept, "new"]);
  });

  test.each([
    ["an empty tag", ""],
    ["blanks alone", " \t"],
    ["two lines", "two\nlines"],
    ["an escape", "red\u001b[31m"],
    ["a line separator", "a\u2028b"],
    ["501 characters", "x".repeat(501)],
    ["a user's tag", "user:somebody"],
    ["a project's tag", "project:fraud"],
  ])("run, resume and tag judge %s alike: exit code 2, and nothing ran", async (_, tag) => {
    const at = project();
    const store = () =>
      fs.existsSync(at.datastore) ? fs.readdirSync(path.join(at.datastore, "flows/SampleFlow")) : [];
    const seen = await command(at, ["run", "--tag", "fine", "--tag", tag, "--json"]);
    expect(seen.code, seen.stderr).toBe(2);
    expect(JSON.parse(seen.stdout)).toMatchObject({ error: { code: "MILLRACE_TAG" } });
    expect(store()).toEqual([]);
    expect((await command(at, ["run"])).code).toBe(0);
    for (const args of [
      ["resume", "--tag", tag],
      ["tag", "add", "latest", tag],
      ["tag", "replace", "latest", tag],
    ])
      expect(await command(at, args), args.join(" ")).toMatchObject({ code: 2 });
    expect(store()).toHaveLength(1);
    expect((await command(at, ["tag", "list"])).lines).toEqual([]);
  });

  test("what an older version let pass can be removed and replaced, but not what Millrace set", async () => {
    const at = project();
    await command(at, ["run"]);
    const [run = ""] = fs.readdirSync(path.join(at.datastore, "flows/SampleFlow"));
    const file = path.join(at.datastore, "flows/SampleFlow", run, "run.json");
    const record = JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, unknown>;
    const tags = ["", "user:somebody", "two\nlines", "project:fraud"];
    fs.writeFileSync(
      file,
      JSON.stringify({ ...record, tags, project: { name: "fraud", branch: "b", isProduction: false } }),
    );
    expect(await command(at, ["tag", "remove", "latest:any", "user:somebody"])).toMatchObject({ code: 0 });
    expect(await command(at, ["tag", "remove", "latest:any", "project:fraud"])).toMatchObject({ code: 2 });
    expect((await command(at, ["tag", "replace", "latest:any", "good"])).lines).toEqual(["project:fraud", "good"]);
  });

  test("a filter asks for tags that there can be", async () => {
    const at = project();
    for (const args of [
      ["runs", "--tag", ""],
      ["runs", "--tag", "a\nb"],
      ["gc", "--keep", "tag:a\nb"],
    ])
      expect(await command(at, args), args.join(" ")).toMatchObject({ code: 2 });
    expect(await command(at, ["runs", "--tag", "project:fraud"])).toMatchObject({ code: 0 });
  });

  test("runs --namespace shows one user's runs or those of a project", async () => {
    const at = project();
    await command(at, ["run"], { MILLRACE_USER: "ann" });
    await command(at, ["run"], { MILLRACE_USER: "bob" });
    expect(await listed(at, [])).toHaveLength(2);
    expect(await listed(at, ["--namespace", "all"])).toHaveLength(2);
    expect(await listed(at, ["--namespace", "user:ann"])).toMatchObject([{ username: "ann" }]);
    expect(await listed(at, ["--namespace", "project:fraud"])).toEqual([]);
    expect((await command(at, ["runs", "--namespace", "ann"])).code).toBe(2);
  });
});
