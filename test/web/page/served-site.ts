import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { folderOfFile, MILLRACE, millrace, ROOT } from "../../rigs/harness.ts";
import { startBrowser } from "../../rigs/browser/chromium.ts";

const FLOWS = path.join(ROOT, "test/web/page/flows");

export interface RunNames {
  readonly flow: string;
  readonly run: string;
}

/** `millrace ui` on a datastore of the test file's own, and a browser that looks at it. */
export class ServedSite {
  readonly datastore = path.join(folderOfFile(), "store");
  url = "";
  #server: ChildProcess | null = null;
  #browser: Browser | null = null;

  constructor(prepare: (site: ServedSite) => Promise<void>) {
    beforeAll(async () => {
      await prepare(this);
      await this.start();
      this.#browser = await startBrowser();
    });
    afterAll(async () => {
      await this.#browser?.close();
      await this.stop();
    });
  }

  /** Runs one of the flows beside this file to its end. */
  async run(flow: string, ...args: readonly string[]): Promise<RunNames> {
    const { stdout, stderr } = await millrace(["run", path.join(FLOWS, `${flow}.ts`), "--json", ...args], {
      datastore: this.datastore,
    });
    const [, name, run] = /"flow":"(\w+)","run":"([\w-]+)"/.exec(stdout) ?? [];
    if (name === undefined || run === undefined) throw new Error(`no run was made:\n${stdout}${stderr}`);
    return { flow: name, run };
  }

  async start(...args: readonly string[]): Promise<void> {
    const port = this.url === "" ? "0" : new URL(this.url).port;
    const argv = [MILLRACE, "ui", "--no-open", "--port", port, "--datastore", this.datastore, ...args];
    const child = spawn(process.execPath, argv, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
    this.#server = child;
    let said = "";
    for await (const text of child.stdout.setEncoding("utf8")) {
      said += String(text);
      const [url] = /http:\/\/\S+/.exec(said) ?? [];
      if (url === undefined) continue;
      this.url = url.replace(/\/$/, "");
      return;
    }
    throw new Error(`millrace ui ended: ${said}`);
  }

  async stop(): Promise<void> {
    if (this.#server === null || this.#server.exitCode !== null || this.#server.signalCode !== null) return;
    const closed = once(this.#server, "exit");
    this.#server.kill("SIGKILL");
    await closed;
  }

  /** A page of its own, as a new visitor has it; the test fails when it throws or logs an error. */
  async visit(address: string, options: BrowserContextOptions = {}): Promise<Page> {
    if (this.#browser === null) throw new Error("the browser has not started");
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on("pageerror", ({ message }) => faults.push(message));
    page.on("console", (message) => {
      // What the server refuses is shown by the page; the browser logs it as well.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
        faults.push(message.text());
    });
    onTestFinished(async () => {
      await context.close();
      if (faults.length > 0) throw new Error(`the page is at fault:\n${faults.join("\n")}`);
    });
    await page.goto(address.startsWith("file:") ? address : this.url + address);
    return page;
  }
}
