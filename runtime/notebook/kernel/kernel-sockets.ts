import { createRequire } from "node:module";
import type { Publisher, Reply, Router } from "zeromq";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";

/** What Jupyter writes into the file that it starts a kernel with. */
export interface ConnectionFile {
  readonly transport: string;
  readonly ip: string;
  readonly key: string;
  readonly signature_scheme: string;
  readonly shell_port: number;
  readonly control_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly hb_port: number;
}

export interface KernelSockets {
  readonly shell: Router;
  readonly control: Router;
  readonly iopub: Publisher;
  /** Clients connect to it; nothing is ever asked through it. */
  readonly stdin: Router;
  readonly heartbeat: Reply;
}

/** Takes the ports that Jupyter has chosen. */
export async function bindSockets(connection: ConnectionFile): Promise<KernelSockets> {
  const zeromq = loadZeromq();
  const { transport, ip } = connection;
  const address = (port: number) => `${transport}://${ip}${transport === "ipc" ? "-" : ":"}${port}`;
  const sockets: KernelSockets = {
    shell: new zeromq.Router({ linger: LINGER_MS, maxMessageSize: MAX_MESSAGE_BYTES }),
    control: new zeromq.Router({ linger: LINGER_MS, maxMessageSize: MAX_MESSAGE_BYTES }),
    // Without a limit: a client that is slow for a while would miss outputs.
    iopub: new zeromq.Publisher({ linger: LINGER_MS, sendHighWaterMark: 0 }),
    stdin: new zeromq.Router({ linger: 0 }),
    heartbeat: new zeromq.Reply({ linger: 0 }),
  };
  await Promise.all([
    sockets.shell.bind(address(connection.shell_port)),
    sockets.control.bind(address(connection.control_port)),
    sockets.iopub.bind(address(connection.iopub_port)),
    sockets.stdin.bind(address(connection.stdin_port)),
    sockets.heartbeat.bind(address(connection.hb_port)),
  ]);
  return sockets;
}

/** Larger ones are not read, as nobody has signed them yet. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/** Time for the last messages to leave when the kernel ends. */
const LINGER_MS = 1_000;

/**
 * ZeroMQ's library is native and optional, and only the kernel needs it.
 * @throws MillraceError if it is not there
 */
export function loadZeromq(): typeof import("zeromq") {
  try {
    return createRequire(import.meta.url)("zeromq") as typeof import("zeromq");
  } catch (cause) {
    throw new MillraceError({
      code: "MILLRACE_NOTEBOOK_ZEROMQ",
      headline: "Cannot speak to Jupyter because the optional package zeromq cannot be loaded",
      details: [String(cause).split("\n")[0] ?? ""],
      hint: "run npm install zeromq@6 where millrace is installed; millrace notebook run works without it",
      cause,
    });
  }
}
