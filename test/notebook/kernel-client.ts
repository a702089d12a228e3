import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { onTestFinished } from "vitest";
import { Dealer, Subscriber } from "zeromq";
import type { ConnectionFile } from "../../runtime/notebook/kernel/kernel-sockets.ts";
import { type JupyterMessage, Wire } from "../../runtime/notebook/kernel/wire.ts";
import { MILLRACE, temporaryFolder } from "../rigs/harness.ts";

type Content = Readonly<Record<string, unknown>>;

/** What a request brought. */
export interface Answer {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what JSON gives
  readonly reply: any;
  /** Messages of iopub up to "idle", in a short form: `status busy`, `stream hi`, `execute_result 5`. */
  readonly heard: readonly string[];
}

/** How a kernel is started. */
export interface KernelCommand {
  /** The program and its arguments; the connection file comes last. */
  readonly argv: readonly [string, ...string[]];
  /** @defaultValue the connection file's folder */
  readonly cwd?: string;
  readonly env?: Readonly<NodeJS.ProcessEnv>;
}

const INSTALLED: KernelCommand = { argv: [process.execPath, MILLRACE, "notebook", "kernel"] };

/** A Jupyter client of the kernel as it is installed, or of another one: real sockets, a real process. */
export class KernelClient {
  readonly process: ChildProcess;
  /** Also what belongs to no request that is waited for. */
  readonly heard: JupyterMessage[] = [];
  readonly #wire = new Wire({ key: "secret", scheme: "hmac-sha256" });
  readonly #shell = new Dealer({ linger: 0 });
  readonly #control = new Dealer({ linger: 0 });
  readonly #iopub = new Subscriber({ linger: 0 });
  readonly #listeners = new Set<() => void>();
  readonly #replies = new Map<string, JupyterMessage>();

  constructor(folder: string, connection: ConnectionFile, command = INSTALLED) {
    const file = path.join(folder, "connection.json");
    fs.writeFileSync(file, JSON.stringify(connection));
    const [program, ...args] = command.argv;
    const env = { ...process.env, ...command.env };
    this.process = spawn(program, [...args, file], { cwd: command.cwd ?? folder, env, stdio: "inherit" });
    const separator = connection.transport === "ipc" ? "-" : ":";
    const address = (port: number) => `${connection.transport}://${connection.ip}${separator}${port}`;
    this.#iopub.subscribe();
    this.#iopub.connect(address(connection.iopub_port));
    this.#shell.connect(address(connection.shell_port));
    this.#control.connect(address(connection.control_port));
    for (const socket of [this.#shell, this.#control]) void this.#listen(socket, (message) => this.#reply(message));
    void this.#listen(this.#iopub, (message) => void this.heard.push(message));
  }

  /** What a kernel says before it knows of its subscriber is lost: asks until something was heard. */
  async connected(): Promise<void> {
    while (this.heard.length === 0) {
      const id = await this.send("kernel_info_request", {});
      await this.until(() => this.#replies.has(id));
    }
  }

  /** Sends a request and waits for its reply and for "idle". */
  async ask(type: string, content: Content): Promise<Answer> {
    return this.answerTo(await this.send(type, content));
  }

  execute(code: string): Promise<Answer> {
    return this.ask("execute_request", { code, silent: false, store_history: true, stop_on_error: true });
  }

  /** @returns the request's id */
  send(type: string, content: Content): Promise<string> {
    return this.#send({ type, content }, /^(interrupt|shutdown)/.test(type) ? this.#control : this.#shell);
  }

  /** Resolves when the kernel has what was sent before: this it answers while a cell runs, too. */
  async received(): Promise<void> {
    await this.answerTo(await this.#send({ type: "kernel_info_request", content: {} }, this.#control));
  }

  async sendRaw(frames: readonly (string | Buffer)[]): Promise<void> {
    await this.#shell.send([...frames]);
  }

  async answerTo(id: string): Promise<Answer> {
    const isDone = () => this.#replies.has(id) && this.heardOf(id).includes("status idle");
    await this.until(isDone);
    return { reply: this.#replies.get(id)?.content, heard: this.heardOf(id) };
  }

  heardOf(id: string): string[] {
    return this.heard.filter(({ parent }) => parent["msg_id" as never] === id).map(short);
  }

  /** Waits for messages until this holds. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        const listener = () => {
          this.#listeners.delete(listener);
          resolve();
        };
        this.#listeners.add(listener);
      });
    }
  }

  close(): void {
    for (const socket of [this.#shell, this.#control, this.#iopub]) socket.close();
    this.process.kill("SIGKILL");
  }

  async #send({ type, content }: { type: string; content: Content }, socket: Dealer): Promise<string> {
    const header = this.#wire.header(type);
    await socket.send(this.#wire.encode({ identities: [], header, parent: {}, content }));
    return header.msg_id;
  }

  #reply(message: JupyterMessage): void {
    this.#replies.set(String(message.parent["msg_id" as never]), message);
  }

  async #listen(socket: Dealer | Subscriber, take: (message: JupyterMessage) => void): Promise<void> {
    for await (const frames of socket) {
      const message = this.#wire.decode(frames);
      if (message === null) throw new Error("the kernel sent a message that is not signed well");
      take(message);
      for (const listener of [...this.#listeners]) listener();
    }
  }
}

/** Starts a kernel; it is ended with the test. */
export async function startKernel(folder = temporaryFolder()): Promise<KernelClient> {
  const ports = { shell_port: 1, control_port: 2, iopub_port: 3, stdin_port: 4, hb_port: 5 };
  // Sockets in a folder: no port can be taken by somebody else. Their paths have to be short.
  const ip = path.join(fs.mkdtempSync("/tmp/mk-"), "k");
  const connection = { transport: "ipc", ip, key: "secret", signature_scheme: "hmac-sha256", ...ports };
  const client = new KernelClient(folder, connection);
  onTestFinished(() => {
    client.close();
    fs.rmSync(path.dirname(ip), { recursive: true, force: true });
  });
  await client.connected();
  return client;
}

function short({ header, content }: JupyterMessage): string {
  const data = content["data"] as Content | undefined;
  const texts = [content["execution_state"], content["text"], content["ename"], content["code"], data?.["text/plain"]];
  return `${header.msg_type} ${(texts.find((text) => text !== undefined) ?? "") as string}`;
}
