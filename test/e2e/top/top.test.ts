import fs from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { folderOfFile, millrace, TSX } from "../../rigs/harness.ts";
import { ESM, LEGACY, makeProject } from "../../rigs/project.ts";
import { HAS_TERMINAL, startMillrace } from "../../rigs/started-command.ts";
import { type StartedTop, startTop } from "../../rigs/started-top.ts";

/** Goes on until the file GO is there. */
const FLOW = `import { FlowSpec, current, main, parameter, retry, step, type Inputs } from "millrace";
import fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

class FitFlow extends FlowSpec {
  @parameter() rate = 0.1;
  airports = Array.from({ length: 30 }, (_, at) => ({ code: "A" + at }));
  @step start() { this.next(this.fit, { foreach: "airports", label: "code" }); }
  @retry({ times: 1, delay: "0s" })
  @step async fit(airport: { code: string }) {
    for (let epoch = 0; epoch < 40; epoch += 1) console.log("epoch " + epoch + " größe 日本");
    console.error("\\u001b]0;title\\u0007 \\u001b[2J\\u001b[31mred\\u001b[0m \\u202e of " + airport.code + " in attempt " + current.attempt);
    current.log({ loss: 0.25 });
    while (!fs.existsSync(process.env.GO!)) await sleep(20);
    if (airport.code === process.env.BAD) throw new Error("loss is NaN \\u001b[2J\\u202e");
    this.next(this.collect);
  }
  @step collect(inputs: Inputs<FitFlow>) { this.next(this.end); }
  @step end() {}
}
main(FitFlow);
`;

/** The last bytes, whatever was drawn before: attributes off, rows go on, a cursor, the shell's screen. */
const LEFT = /\u001b\[\?2026l\u001b\[0m\u001b\[\?7h\u001b\[\?25h\u001b\[\?1049l$/;
const KNOWN = /\u001b\[(?:\?(?:1049|25|7|2026)[hl]|\d+;1H|\d+G|K|[\d;]*m)/g;

/** It has drawn nothing that a terminal could take for more than cells, and left all as it was. */
function expectLeft(top: StartedTop): void {
  const text = top.text();
  expect(text).toMatch(LEFT);
  expect(text.replaceAll(KNOWN, "")).not.toMatch(/[\u001b\u202e\u0007]/);
  const { modes, outside } = top.screen();
  expect([...modes].sort()).toEqual(["25", "7"]);
  expect(outside.trim()).toBe("");
}

describe.skipIf(!HAS_TERMINAL)("top in a terminal", () => {
  const at = { cwd: "", datastore: "", env: {} as Record<string, string> };
  beforeAll(async () => {
    at.cwd = makeProject({ "flow.ts": FLOW, "package.json": ESM, "tsconfig.json": LEGACY });
    at.datastore = path.join(folderOfFile(), "store");
    at.env = { GO: at.cwd };
    for (const BAD of ["none", "A7"]) {
      const env = { ...at.env, BAD };
      await millrace(["run", "flow.ts", "--rate", "0.5", "--tag", BAD, "--on-failure", "finish"], { ...at, env });
    }
  });

  test("keys lead from the list of runs to the failed task's error, log and artifacts, and back out", async () => {
    const top = startTop(at);
    await top.shows(/FitFlow +2\d{7}-\d{9}-\w{5} .* failed\n.*FitFlow .* succeeded/);
    expect(top.screen().chosen).toMatch(/^> ✗ {2}FitFlow/);
    top.press("\r");
    await top.shows(/rate=0\.5[^]*fit +█+░* +29\/30 .*1 failed[^]*TASKS 31/);
    await expect.poll(() => top.screen().chosen).toMatch(/✗ {2}fit\/\d+ A7 .*loss is NaN \\x1b\[2J\\u202e {2}att/);
    top.press("\r");
    await top.shows(/Error: loss is NaN [^]*at flow\.ts:15:\d+\n[^]*> +15 \|[^]*ATTEMPTS\n✗ 0 .*CPU.*memory.*\n✗ 1 /);
    await top.shows(/metrics +loss 0\.25/);
    top.press("l");
    await top.shows(/attempt 1 of 0, 1\nlines 22-41 of 41[^]*epoch 39 größe 日本/);
    // Between two streams there is no order: it may stand before all the others.
    top.press("/in attempt\r");
    await top.shows(/^\\x1b\]0;title\\x07 \\x1b\[2Jred \\u202e of A7 in attempt 1$/m);
    top.press("[");
    await top.shows(/attempt 0 of 0, 1[^]*epoch 39 /);
    top.press("/in attempt\r");
    await top.shows(/in attempt 0$/m);
    top.press("g/epoch 7\r");
    await top.shows(/lines 1-20 of 41 {2}\/epoch 7[^]*epoch 0 /);
    top.press("a");
    await top.shows("no artifacts");
    top.press("qk");
    await top.shows("TASKS 31");
    top.press("/start\r");
    await top.shows('TASKS 1 of 31 with "start"');
    top.press("a");
    await top.shows(/airports +Array\(30\)/);
    top.press("\r");
    await top.shows(/A0\n[^]*A12/);
    top.press("qq\u001b");
    await top.shows("TASKS 31");
    top.press("q");
    await top.shows(/FitFlow .* succeeded/);
    top.press("/none\r");
    await expect.poll(() => top.screen().text).not.toMatch(/FitFlow .* failed/);
    expect(top.screen().text).toMatch(/FitFlow .* succeeded/);
    top.press("?");
    await top.shows(/ctrl-z ctrl-c +suspend, end/);
    top.press("qq");
    expect(await top.exit()).toMatchObject({ code: 0 });
    expectLeft(top);
    expect(top.screen().beyond).toBe("");
  });

  test.each([
    ["Ctrl-C", 130, (top: StartedTop) => top.press("\u0003")],
    ["SIGINT", 130, (top: StartedTop) => void process.kill(top.pid(), "SIGINT")],
    ["SIGTERM", 143, (top: StartedTop) => void process.kill(top.pid(), "SIGTERM")],
    ["SIGHUP", 129, (top: StartedTop) => void process.kill(top.pid(), "SIGHUP")],
  ])("%s leaves the terminal as it was", async (_, code, end) => {
    const top = startTop(at);
    await top.shows(/FitFlow .* failed/);
    end(top);
    expect(await top.exit()).toMatchObject({ code });
    expectLeft(top);
  });

  test("a terminal that is closed ends it", async () => {
    const top = startTop(at);
    await top.shows(/FitFlow .* failed/);
    const pid = top.pid();
    top.child.kill("SIGKILL");
    await top.exit();
    await expect.poll(() => fs.existsSync(`/proc/${pid}`), { timeout: 15_000 }).toBe(false);
  });

  test("an error that nobody expects leaves the terminal as it was, and is told on the shell's screen", async () => {
    const boom = "process.on('SIGUSR2', () => { throw new Error('boom'); });";
    const top = startTop({
      ...at,
      env: { ...at.env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(boom)}` },
    });
    await top.shows(/FitFlow .* failed/);
    process.kill(top.pid(), "SIGUSR2");
    expect(await top.exit()).toMatchObject({ code: 1 });
    const { modes, outside } = top.screen();
    expect([...modes].sort()).toEqual(["25", "7"]);
    expect(outside).toContain("Error: boom");
  });

  test("what else is printed does not disturb the screen, and is told after it", async () => {
    const prints = "process.on('SIGUSR2', () => console.warn('careful \\u001b[2J', console.log('done')));";
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(prints)}`;
    const top = startTop({ ...at, env: { ...at.env, NODE_OPTIONS } });
    await top.shows(/FitFlow .* failed/);
    process.kill(top.pid(), "SIGUSR2");
    top.press("\r");
    await top.shows("TASKS 31");
    expect(top.screen().text).not.toMatch(/careful|done/);
    top.press("qq");
    expect(await top.exit()).toMatchObject({ code: 0 });
    expect(top.screen().outside).toMatch(/^\s*done\s+careful \\x1b\[2J/);
  });

  test("from a flow file it shows that flow's runs", async () => {
    const top = startTop({ ...at, script: `${process.execPath} ${TSX} flow.ts top` });
    await top.shows(/FitFlow .* failed\n.*FitFlow .* succeeded/);
    top.press("q");
    expect(await top.exit()).toMatchObject({ code: 0 });
    expectLeft(top);
  });

  test("Ctrl-Z gives the terminal back to the shell, and fg draws all of it again", async () => {
    const command = `${process.execPath} ${path.resolve("dist/bin.js")} top`;
    const shell = startTop({ ...at, script: `bash -c 'set -m; ${command}; echo the shell; fg'` });
    await shell.shows(/FitFlow .* failed/);
    shell.press("\u001a");
    await expect.poll(() => shell.screen().outside, { timeout: 15_000 }).toContain("the shell");
    await shell.shows(/FitFlow .* failed/);
    expect(shell.screen().modes.has("1049")).toBe(true);
    shell.press("q");
    await shell.exit();
    expect(shell.text()).toMatch(LEFT);
  });

  test("another size of the terminal is drawn anew, down to a small one", async () => {
    const top = startTop(at);
    await top.shows(/FitFlow .* failed/);
    top.press("\r");
    await top.shows("TASKS 31");
    top.resize(40, 10);
    await top.shows(/^runs › FitFlow\/2\d+-\d+-\w+\n[^~]*\n> ✗ {2}fit\/\d+ A7 [^~]*\n\? keys[^\n]*$/);
    for (const key of ["\r", "l", "a", "q", "G", "g", "?", "q"]) {
      top.press(key);
      await expect.poll(() => top.screen().text).not.toContain("~");
    }
    top.resize(12, 3);
    await expect.poll(() => top.screen().text).not.toContain("~");
    top.resize(200, 50);
    await top.shows(/✓ +fit\/31 A29 +succeeded/);
    top.press("qq");
    expect(await top.exit()).toMatchObject({ code: 0 });
    expectLeft(top);
  });

  test("without colours no cell has any, and the chosen row has its mark", async () => {
    const top = startTop({ ...at, env: { ...at.env, NO_COLOR: "1" } });
    await top.shows(/> ✗ {2}FitFlow .* failed/);
    top.press("jq");
    expect(await top.exit()).toMatchObject({ code: 0 });
    expect(top.text().replaceAll("\u001b[0m", "")).not.toMatch(/\u001b\[[\d;]*m/);
  });

  test("a run that goes on is shown to its end, in small frames of which there are ten a second at most", async () => {
    const go = path.join(folderOfFile(), "go");
    const datastore = path.join(folderOfFile(), "store");
    const live = { ...at, datastore, env: { GO: go, BAD: "A3" } };
    onTestFinished(() => fs.writeFileSync(go, ""));
    const top = startTop({ ...live, cwd: at.cwd });
    await top.shows(/no run in /);
    const run = startMillrace(["run", "flow.ts", "--max-workers", "2", "--on-failure", "finish"], live);
    await top.shows(/● {2}FitFlow .* running/);
    top.press("\r");
    await top.shows(/● running for [^]*fit +░+ +0\/30 .*2 running[^]*● {2}fit\/2 A0/);
    top.press("/A0\r\r");
    await top.shows("● running");
    top.press("l");
    await top.shows(/ of 41\n/);
    top.press("/in attempt\r");
    await top.shows(/of A0 in attempt 0/);
    top.press("q");
    await top.shows("TASKS 1 of");
    top.press("\u001b");
    const from = top.text().length;
    const startedAt = performance.now();
    fs.writeFileSync(go, "");
    await top.shows(/✗ failed after [^]*fit +█+░* +29\/30 .*1 failed[^]*✗ {2}fit\/\d+ A3 /);
    const seconds = (performance.now() - startedAt) / 1000;
    const frames = [
      ...top
        .text()
        .slice(from)
        .matchAll(/\u001b\[\?2026h([^]*?)\u001b\[\?2026l/g),
    ];
    expect(frames.length).toBeLessThanOrEqual(10 * seconds + 2);
    for (const [frame] of frames) expect(Buffer.byteLength(frame)).toBeLessThan(4000);
    await run.exit();
    top.press("qq");
    expect(await top.exit()).toMatchObject({ code: 0 });
    expectLeft(top);
  });

  test("fifty megabytes in one line of a log are shown by their beginning, and keys go on being answered", async () => {
    const datastore = path.join(folderOfFile(), "store");
    fs.cpSync(at.datastore, datastore, { recursive: true });
    const [, latest = ""] = fs.readdirSync(path.join(datastore, "flows/FitFlow")).sort();
    const logs = path.join(datastore, "flows/FitFlow", latest, "logs/start");
    fs.mkdirSync(logs, { recursive: true });
    fs.writeFileSync(path.join(logs, "1-0.log"), `1 o ${"\u001b[2J日".repeat(8_000_000)}\n1 o the last line\n`);
    const top = startTop({ ...at, datastore });
    await top.shows(/FitFlow .* failed/);
    top.press("\r");
    await top.shows("TASKS 31");
    top.press("/start\rl");
    await top.shows(/\\x1b\[2J日[^]*the last line/);
    top.press("\u001b[C\u001b[C");
    await top.shows(/x1b/);
    top.press("qqqq");
    expect(await top.exit()).toMatchObject({ code: 0 });
    expectLeft(top);
  });

  test("a damaged run is marked, and the others are shown", async () => {
    const datastore = path.join(folderOfFile(), "store");
    fs.cpSync(at.datastore, datastore, { recursive: true });
    const runs = path.join(datastore, "flows/FitFlow");
    const [first = "", latest = ""] = fs.readdirSync(runs).sort();
    fs.writeFileSync(path.join(runs, first, "run.json"), "{}\n");
    const journal = fs.readFileSync(path.join(runs, latest, "journal.jsonl"), "utf8").split("\n");
    fs.writeFileSync(
      path.join(runs, latest, "journal.jsonl"),
      `${journal.slice(0, 6).join("\n")}\n\u001b[2Jnonsense\n`,
    );
    const top = startTop({ ...at, datastore });
    await top.shows(/! {2}FitFlow +2\S+ +damaged/);
    top.press("j\r");
    await top.shows(/Cannot read .*run\.json/);
    top.press("k");
    await top.shows(/FitFlow/);
    top.press("q");
    expect(await top.exit()).toMatchObject({ code: 0 });
    expectLeft(top);
  });
});

test("what is not a terminal is told to use runs and status", async () => {
  const piped = await millrace(["top"]);
  expect(piped).toMatchObject({ code: 2, stdout: "" });
  expect(piped.stderr).toMatch(/Cannot show top because [^]*hint: .*millrace runs .*millrace status RUN/);
  const both = await millrace(["top", "--json"]);
  expect(both.code).toBe(2);
});
