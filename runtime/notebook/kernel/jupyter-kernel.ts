import type { Router } from "zeromq";
import { NotebookSession } from "../front/notebook-session.ts";
import { Iopub } from "./iopub.ts";
import { ShellRequests, type ReplyContent } from "./shell-requests.ts";
import { type ConnectionFile, type KernelSockets, bindSockets } from "./kernel-sockets.ts";
import { type JupyterMessage, Wire } from "./wire.ts";

export interface JupyterKernelOptions {
  readonly connection: ConnectionFile;
  /** The notebook's folder. */
  readonly folder: string;
  /** Millrace's own. */
  readonly version: string;
}

/** Takes the ports that Jupyter has chosen; {@link JupyterKernel.run} serves them. */
export async function bindKernel(options: JupyterKernelOptions): Promise<JupyterKernel> {
  return new JupyterKernel(await bindSockets(options.connection), options);
}

/** A Jupyter kernel: answers clients while the session's process runs their cells. */
export class JupyterKernel {
  readonly #wire: Wire;
  readonly #sockets: KernelSockets;
  readonly #session: NotebookSession;
  readonly #iopub: Iopub;
  readonly #requests: ShellRequests;
  /** What waits for its turn: cells are run one after another. */
  #queue: JupyterMessage[] = [];
  #isWorking = false;
  #isClosing = false;

  constructor(sockets: KernelSockets, { connection, folder, version }: JupyterKernelOptions) {
    this.#wire = new Wire({ key: connection.key, scheme: connection.signature_scheme });
    this.#sockets = sockets;
    this.#session = new NotebookSession({ folder });
    this.#iopub = new Iopub({ wire: this.#wire, send: (frames) => sockets.iopub.send(frames) });
    this.#requests = new ShellRequests({ session: this.#session, iopub: this.#iopub, version });
  }

  /** Serves until a client asks it to shut down, or {@link JupyterKernel.close} is called. */
  async run(): Promise<void> {
    this.#session.start();
    this.#iopub.status("starting", {});
    const { shell, control, heartbeat, stdin } = this.#sockets;
    await Promise.all([
      this.#receive(shell, (message) => {
        this.#queue.push(message);
        void this.#work();
      }),
      this.#receive(control, (message) => void this.#control(message).catch(ignored)),
      this.#receive(stdin, () => undefined),
      echo(heartbeat),
    ]);
  }

  interrupt(): void {
    this.#session.interrupt();
  }

  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#queue = [];
    await this.#session.close();
    await this.#iopub.flushed();
    for (const socket of Object.values(this.#sockets) as { close(): void }[]) socket.close();
  }

  async #receive(socket: Router, take: (message: JupyterMessage) => void): Promise<void> {
    for await (const frames of socket) {
      const message = this.#wire.decode(frames);
      if (message !== null) take(message);
    }
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    for (let message = this.#queue.shift(); message !== undefined; message = this.#queue.shift()) {
      // What cannot be sent is lost, and with it no other message.
      await this.#answer(this.#sockets.shell, message).catch(ignored);
    }
    this.#isWorking = false;
  }

  async #control(message: JupyterMessage): Promise<void> {
    const type = message.header.msg_type;
    if (type === "interrupt_request") this.#session.interrupt();
    await this.#answer(this.#sockets.control, message);
  }

  async #answer(socket: Router, message: JupyterMessage): Promise<void> {
    const { header, content: request } = message;
    this.#iopub.status("busy", header);
    const content = await this.#requests.answer(message).catch(failedRequest);
    // Everything that a cell has shown comes before its reply.
    await this.#iopub.flushed();
    if (content !== null && !(this.#isClosing && socket === this.#sockets.shell))
      await this.#reply(socket, { message, content });
    this.#iopub.status("idle", header);
    await this.#iopub.flushed();
    if (content?.["status"] === "error" && request["stop_on_error"] !== false) await this.#abortWaiting();
    if (header.msg_type === "shutdown_request") await this.close();
  }

  /** "Run all" stops at the first error: its client has sent the other cells already. */
  async #abortWaiting(): Promise<void> {
    const isCell = ({ header }: JupyterMessage) => header.msg_type === "execute_request";
    const aborted = this.#queue.filter(isCell);
    this.#queue = this.#queue.filter((message) => !isCell(message));
    for (const message of aborted) {
      this.#iopub.status("busy", message.header);
      await this.#reply(this.#sockets.shell, { message, content: { status: "aborted" } });
      this.#iopub.status("idle", message.header);
    }
  }

  async #reply(
    socket: Router,
    { message, content }: { message: JupyterMessage; content: ReplyContent },
  ): Promise<void> {
    const { identities, header: parent } = message;
    const header = this.#wire.header(parent.msg_type.replace(/_request$/, "_reply"));
    await socket.send(this.#wire.encode({ identities, header, parent, content }));
  }
}

/** Shows a client that the kernel is alive, also while a cell runs. */
async function echo(heartbeat: KernelSockets["heartbeat"]): Promise<void> {
  for await (const frames of heartbeat) await heartbeat.send(frames).catch(ignored);
}

/** A request that cannot be answered fails alone: the session and its variables stay. */
function failedRequest(error: unknown): ReplyContent {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { status: "error", ename: name, evalue: message, traceback: [`${name}: ${message}`] };
}

function ignored(): void {
  return undefined;
}
