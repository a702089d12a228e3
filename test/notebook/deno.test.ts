import { spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { JupyterMessage } from "../../runtime/notebook/kernel/wire.ts";
import { ROOT, temporaryFolder } from "../rigs/harness.ts";
import { describeWith, type Need } from "../rigs/describe-with.ts";
import { KernelClient } from "./kernel-client.ts";

const found = spawnSync(process.execPath, [path.join(ROOT, "scripts/ensure-deno.mjs")], { encoding: "utf8" });
const DENO: Need = { name: "Deno", missing: found.status === 0 ? null : found.stderr.trim() };

const NOTEBOOKS = path.join(ROOT, "notebooks");
const STARTS_TRIED = 5;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what JSON gives
type Output = any;

interface Cell {
  readonly cell_type: string;
  readonly source: readonly string[];
  readonly outputs: readonly Output[];
}

describeWith(DENO, "Deno's kernel", () => {
  test("gives the tour of a run the outputs with which it is saved", async () => {
    const { cells } = JSON.parse(fs.readFileSync(path.join(NOTEBOOKS, "tour-of-a-run.ipynb"), "utf8")) as {
      cells: Cell[];
    };
    const saved = cells.filter(({ cell_type }) => cell_type === "code");
    const kernel = await startDeno();
    const ran: Cell[] = [];
    for (const cell of saved) ran.push({ ...cell, outputs: await outputsOf(kernel, cell.source.join("")) });

    expect(ran.map(kindsOf)).toEqual(saved.map(kindsOf));
    const run = shownBy(ran, "run;")["text/html"];
    expect(run).toContain("MileageFlow");
    expect(run).toContain("succeeded");
    expect(run).toContain("<svg");
    const error = "await run.data.error;";
    expect(Number(shownBy(ran, error)["text/plain"])).toBeCloseTo(Number(shownBy(saved, error)["text/plain"]));
    expect(ran.flatMap(({ outputs }) => outputs.map(({ text }) => text))).toContain("start → validate → train\n");
  });
});

/** Deno says "idle" before it has sent all that a cell shows, but what it sends keeps its order: a second, hidden cell marks the end. */
async function outputsOf(kernel: KernelClient, code: string): Promise<Output[]> {
  const from = kernel.heard.length;
  await kernel.execute(code);
  const mark = 'await Deno.jupyter.broadcast("display_data", { data: { mark: 1 }, metadata: {}, transient: {} })';
  await kernel.ask("execute_request", { code: mark, silent: false, store_history: false });
  const end = () => kernel.heard.findIndex(({ content }, at) => at >= from && isMark(content));
  await kernel.until(() => end() >= 0);
  return kernel.heard.slice(from, end()).flatMap(outputOf);
}

function isMark({ data }: JupyterMessage["content"]): boolean {
  return typeof data === "object" && data !== null && "mark" in data;
}

function outputOf({ header, content }: JupyterMessage): Output[] {
  return /^(status|execute_input)$/.test(header.msg_type) ? [] : [{ output_type: header.msg_type, ...content }];
}

/** What kinds of output a cell has, streams counted once; of an error, what it says. */
function kindsOf({ outputs }: Cell): string[] {
  const kinds = outputs.map(({ output_type, data, evalue }) =>
    [output_type, ...Object.keys(data ?? {}).sort(), ...(evalue === undefined ? [] : [evalue])].join(" "),
  );
  return [...new Set(kinds)];
}

/** The value of the cell that ends so. */
function shownBy(cells: readonly Cell[], end: string): Readonly<Record<string, string>> {
  const outputs = cells.find(({ source }) => source.join("").endsWith(end))?.outputs ?? [];
  const data = outputs.find(({ output_type }) => output_type === "execute_result")?.data ?? {};
  return Object.fromEntries(Object.entries(data).map(([type, text]) => [type, [text].flat().join("")]));
}

/** Starts the kernel beside the notebooks; it is ended with the test. */
async function startDeno(): Promise<KernelClient> {
  const folder = temporaryFolder();
  const env = {
    COMPLETE: undefined,
    DENO_DIR: path.join(folder, "deno"),
    MILLRACE_DATASTORE: path.join(folder, "store"),
  };
  const argv = [found.stdout.trim(), "--quiet", "jupyter", "--kernel", "--conn"] as const;
  for (let tried = 1; ; tried += 1) {
    // It has no sockets in folders.
    const connection = { transport: "tcp", ip: "127.0.0.1", key: "secret", signature_scheme: "hmac-sha256" };
    const client = new KernelClient(folder, { ...connection, ...(await freePorts()) }, { argv, cwd: NOTEBOOKS, env });
    const ended = once(client.process, "exit");
    onTestFinished(async () => {
      client.close();
      await ended;
    });
    const isUp = await Promise.race([client.connected().then(() => true), ended.then(() => false)]);
    if (isUp) return client;
    // Between asking for a port and taking it, another program may have taken it.
    if (tried === STARTS_TRIED) throw new Error(`Deno's kernel ended at once, ${STARTS_TRIED} times`);
  }
}

async function freePorts(): Promise<Record<`${"shell" | "control" | "iopub" | "stdin" | "hb"}_port`, number>> {
  const servers = Array.from({ length: 5 }, () => net.createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const [shell_port, control_port, iopub_port, stdin_port, hb_port] = servers.map(
    (server) => (server.address() as net.AddressInfo).port,
  ) as [number, number, number, number, number];
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return { shell_port, control_port, iopub_port, stdin_port, hb_port };
}
