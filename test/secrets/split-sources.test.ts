import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { splitSources, taskSecrets } from "../../runtime/secrets/split-sources.ts";
import { kubernetesSecretFolder } from "../../runtime/secrets/providers/kubernetes.ts";
import type { SecretSource } from "../../sdk/decorators/secret-source.ts";
import { temporaryFolder } from "../rigs/harness.ts";

function place(files: Readonly<Record<string, string>>) {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  return { folder, at: { flowFile: path.join(folder, "flow.ts"), step: "load" } };
}

test("what only the task's machine has is read there, and the order of the sources decides all the same", async () => {
  const { folder, at } = place({ "here.env": "FIRST=here\nBOTH=here\nHERE=here\n", "late.env": "LAST=late\n" });
  const there = (name: string): SecretSource => ({ type: "file", path: path.join(folder, name) });
  const sources: SecretSource[] = [
    there("first.json"),
    { type: "env-file", path: "here.env" },
    there("both.json"),
    { type: "env-file", path: "late.env" },
  ];
  const split = await splitSources(sources, at);
  expect(split.values).toEqual({ FIRST: "here", BOTH: "here", HERE: "here", LAST: "late" });
  expect(split.readByTask.map(({ overruled }) => [...overruled].sort())).toEqual([
    ["BOTH", "FIRST", "HERE", "LAST"],
    ["LAST"],
  ]);
  fs.writeFileSync(path.join(folder, "first.json"), '{"FIRST":"there","OWN":"there"}');
  fs.writeFileSync(path.join(folder, "both.json"), '{"BOTH":"there","LAST":"there"}');
  expect(await taskSecrets(split, at)).toEqual({
    FIRST: "here",
    OWN: "there",
    BOTH: "there",
    HERE: "here",
    LAST: "late",
  });
});

test("a file of this machine is read here, relative to the flow's file", async () => {
  const { at } = place({ "api-token.txt": "t0ken\n" });
  const split = await splitSources([{ type: "file", path: "api-token.txt" }], at);
  expect(split).toEqual({ values: { API_TOKEN: "t0ken" }, readByTask: [] });
});

test("a Secret of Kubernetes is nowhere but in a pod, and the error says so", async () => {
  const { at } = place({});
  const split = await splitSources([{ type: "kubernetes", name: "db" }], at);
  expect(split.values).toBeNull();
  await expect(taskSecrets(split, at)).rejects.toThrow(
    `Cannot get the secrets of step load because the Secret db of Kubernetes is only in pods of that engine: there is no ${kubernetesSecretFolder("db")}`,
  );
});

test("what the launcher cannot read is told at once", async () => {
  const { at } = place({});
  await expect(splitSources([{ type: "file", path: "none.txt" }], at)).rejects.toThrow("their file cannot be read");
});
