import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { superviseReused } from "../../../runtime/engines/container/supervise-reused.ts";
import { toldKey } from "../../../runtime/engines/jobs/reuse/told-line.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { groupDocumentOf } from "../jobs/group-document-of.ts";

test("a job that cannot get ready tells why as the end of its first task, says that it closes, and ends well", async () => {
  const folder = temporaryFolder();
  const plain = groupDocumentOf({});
  const needs = { ...plain.group.needs, reuse: { maxTasks: 4, idleMs: 1000, taskTimeoutMs: null } };
  const document = { ...plain, group: { ...plain.group, needs } };
  const parts = { path: "1", isLastAttempt: true, inputs: [], stack: [], gang: null, caught: null };
  const key = toldKey({ group: document.group, index: 0 });
  fs.mkdirSync(path.dirname(path.join(folder, key)), { recursive: true });
  const exitCode = await superviseReused({
    ...{ store: openDatastore(folder), document, index: 0, stopReason: () => null },
    first: { task: 1, step: "work", attempt: 0, ...parts },
    handed: Promise.reject(new MillraceError({ code: "MILLRACE_PLATFORM", headline: "Cannot load sharp", hint: "" })),
  });
  expect(exitCode).toBe(0);
  const told = fs.readFileSync(path.join(folder, key), "utf8").trim().split("\n");
  expect(told.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { type: "began", task: 1 },
    { type: "ended", task: 1, outcome: { status: "failed", error: { code: "MILLRACE_PLATFORM" } } },
    { type: "closed" },
  ]);
});
