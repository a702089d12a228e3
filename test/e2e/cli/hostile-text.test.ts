import fs from "node:fs";
import path from "node:path";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { Run } from "../../../sdk/client/index.ts";
import { runFlow, tsx } from "../../rigs/harness.ts";
import { makeProject, STANDARD } from "../../rigs/project.ts";

/** Clipboard, title, link, clearing the screen in C0 and C1, an overwritten line, reordered text. */
const EVIL =
  "\u001b]52;c;eA==\u0007\u001b]0;t\u0007\u001b]8;;https://evil.example\u001b\\\u001b[2J\u009b2J\u009d0;t\u009c\u007f\b\u202e\u2066 good\rbad";
const ACTING = /[\0-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const FLOW = `import { FlowSpec, main, step } from "millrace";
class Sample extends FlowSpec {
  x = 1;
  @step start() { this.next(this.end); }
  @step end() { console.log("done \\u001b[32mgreen\\u001b[0m"); }
}
main(Sample);
`;

test("whatever a store holds, no text of a command and no object of the client acts on the terminal", async () => {
  const cwd = makeProject({ "flow.ts": FLOW, "tsconfig.json": STANDARD });
  const file = path.join(cwd, "flow.ts");
  const { datastore, run } = await runFlow(file, ["run"], { cwd });
  poison(path.join(datastore, "flows/Sample", run));

  const commands = [
    ["runs"],
    ["status"],
    ["status", "latest:any"],
    ["dump", "latest:any"],
    ["logs", "latest:any"],
    ["tag", "list", "latest:any"],
    ["fsck"],
    ["dump", "latest:any", "--artifact", EVIL.replaceAll("\0", "")],
    ["status", "latest:any", "--json"],
    ["logs", "latest:any", "--json"],
    [`--${EVIL}`],
  ];
  for (const command of commands) {
    const { stdout, stderr } = await tsx(file, command, { cwd, datastore });
    const shown = (stdout + stderr).replaceAll(/\u001b\[(32|0)m/g, command[0] === "logs" ? "" : "$&");
    expect(shown, command.join(" ")).not.toMatch(ACTING);
  }
  const raw = await tsx(file, ["logs", "latest:any/end", "--raw"], { cwd, datastore });
  expect(raw.stdout).toBe(`done \u001b[32mgreen\u001b[0m\n${EVIL}\n`);

  const seen = await Run.get(`Sample/${run}`, { datastore, namespace: "all" });
  const tasks = await seen.step("end").tasks().toArray();
  const objects = [seen, seen.code, seen.data, ...tasks, ...tasks.map((task) => task.data)];
  for (const one of objects) expect(inspect(one)).not.toMatch(ACTING);
}, 400_000);

/** Writes the text everywhere where a record of this run may hold one. */
function poison(folder: string): void {
  edit(path.join(folder, "run.json"), (document) => ({
    ...document,
    ...{ username: EVIL, host: EVIL, tags: [EVIL], flowFile: EVIL },
  }));
  const results = path.join(folder, "results");
  for (const name of fs.readdirSync(results)) {
    // The length stays: the journal names places in this file.
    const text = fs.readFileSync(path.join(results, name), "latin1");
    fs.writeFileSync(
      path.join(results, name),
      text.replaceAll('"type":"number"', '"type":"n\u00c2\u009b2Jx"'),
      "latin1",
    );
  }
  const journal = path.join(folder, "journal.jsonl");
  const error = { name: EVIL, message: EVIL, stack: EVIL, file: EVIL, line: 1, column: 1, frame: EVIL, causes: [EVIL] };
  const events = [
    { type: "task-started", time: 1, task: 9, step: "end", source: { kind: "start" }, path: "9", attempt: 0 },
    { type: "task-failed", time: 2, task: 9, attempt: 0, error, retryAt: null, isCancelled: false },
    { type: "run-finished", time: 3, status: "failed", reason: EVIL },
  ];
  const kept = fs.readFileSync(journal, "utf8").trimEnd().split("\n").slice(0, -1);
  fs.writeFileSync(journal, `${[...kept, ...events.map((event) => JSON.stringify(event))].join("\n")}\n`);
  const [log = ""] = fs.readdirSync(path.join(folder, "logs/end"));
  fs.appendFileSync(path.join(folder, "logs/end", log), `4 o ${EVIL}\n`);
}

function edit(file: string, change: (value: Record<string, unknown>) => object): void {
  const value = JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, unknown>;
  fs.writeFileSync(file, `${JSON.stringify(change(value))}\n`);
}
