import type { NotebookSession } from "../front/notebook-session.ts";
import type { Iopub } from "./iopub.ts";
import { type JupyterMessage, PROTOCOL } from "./wire.ts";

export interface ShellRequestsOptions {
  readonly session: NotebookSession;
  readonly iopub: Iopub;
  /** Millrace's own. */
  readonly version: string;
}

export type ReplyContent = Readonly<Record<string, unknown>>;

/** What a kernel answers to each kind of request. */
export class ShellRequests {
  readonly #options: ShellRequestsOptions;
  #count = 0;

  constructor(options: ShellRequestsOptions) {
    this.#options = options;
  }

  /** @returns null where nothing is to be answered */
  async answer(message: JupyterMessage): Promise<ReplyContent | null> {
    const { session, iopub, version } = this.#options;
    const { content, header } = message;
    const code = typeof content["code"] === "string" ? content["code"] : "";
    const cursor = indexOf(code, Number(content["cursor_pos"] ?? 0));
    switch (header.msg_type) {
      case "kernel_info_request":
        return kernelInfo(version);
      case "execute_request":
        return this.#execute(message, code);
      case "complete_request": {
        const { matches, start, end } = await session.complete(code, cursor);
        const range = { cursor_start: pointsIn(code, start), cursor_end: pointsIn(code, end) };
        return { status: "ok", matches, ...range, metadata: {} };
      }
      case "inspect_request": {
        const data = await session.inspect(code, cursor);
        return { status: "ok", found: data !== null, data: data ?? {}, metadata: {} };
      }
      case "is_complete_request": {
        const status = await session.completeness(code);
        return status === "incomplete" ? { status, indent: /[{([]\s*$/.test(code) ? "  " : "" } : { status };
      }
      case "history_request":
        return { status: "ok", history: [] };
      case "comm_info_request":
        return { status: "ok", comms: {} };
      case "shutdown_request":
        return { status: "ok", restart: content["restart"] === true };
      case "interrupt_request":
        return { status: "ok" };
      case "comm_open":
        // There are no widgets here: the other side need not wait.
        if (typeof content["comm_id"] === "string")
          iopub.message("comm_close", { comm_id: content["comm_id"], data: {} }, header);
        return null;
      default:
        return null;
    }
  }

  async #execute({ content, header }: JupyterMessage, code: string): Promise<ReplyContent> {
    const { session, iopub } = this.#options;
    const isSilent = content["silent"] === true;
    const isRecorded = !isSilent && content["store_history"] !== false;
    if (isRecorded) this.#count += 1;
    const count = this.#count;
    const at = { count, parent: header };
    if (!isSilent) iopub.input(code, at);
    const end = await session.execute({ source: code, count, isRecorded }, (output) => {
      if (!isSilent || output.type === "stream") iopub.output(output, at);
    });
    if (end === null) return { status: "ok", execution_count: count, user_expressions: {}, payload: [] };
    const { name, message, traceback } = end;
    return { status: "error", execution_count: count, ename: name, evalue: message, traceback };
  }
}

function kernelInfo(version: string): ReplyContent {
  return {
    status: "ok",
    protocol_version: PROTOCOL,
    implementation: "millrace",
    implementation_version: version,
    language_info: {
      name: "typescript",
      version: process.versions.node,
      mimetype: "text/x-typescript",
      file_extension: ".ts",
      codemirror_mode: { name: "javascript", typescript: true },
      nbconvert_exporter: "script",
    },
    banner: `Millrace ${version}, Node ${process.versions.node}`,
    help_links: [],
    debugger: false,
  };
}

/** Jupyter counts characters, JavaScript halves of some. */
function indexOf(code: string, points: number): number {
  return Array.from(code).slice(0, points).join("").length;
}

function pointsIn(code: string, index: number): number {
  return Array.from(code.slice(0, index)).length;
}
