import { StringDecoder } from "node:string_decoder";
import { appendAll } from "../../../sdk/base/append-all.ts";

export interface MergeOutputOptions {
  /** What a pipe holds in place of each message. */
  readonly mark: string;
  /** Text that came through a pipe and is no message. */
  readonly onText: (name: "stdout" | "stderr", text: string) => void;
  readonly onMessage: (line: string) => void;
}

type Part = { readonly text: string } | "mark";

/**
 * Puts what comes through three pipes back into one order. Every message has a mark in stdout and in stderr; a message
 * goes out when all that was before both marks has gone out.
 */
export class MergeOutput {
  readonly #options: MergeOutputOptions;
  readonly #pipes: Readonly<Record<"stdout" | "stderr", { parts: Part[]; rest: string; decoder: StringDecoder }>>;
  readonly #lines: string[] = [];
  /** Beginning of a message whose end has not arrived. */
  #open: string[] = [];
  readonly #messageDecoder = new StringDecoder("utf8");

  constructor(options: MergeOutputOptions) {
    this.#options = options;
    const pipe = () => ({ parts: [] as Part[], rest: "", decoder: new StringDecoder("utf8") });
    this.#pipes = { stdout: pipe(), stderr: pipe() };
  }

  pipe(name: "stdout" | "stderr", bytes: Buffer): void {
    const { mark } = this.#options;
    const pipe = this.#pipes[name];
    const texts = (pipe.rest + pipe.decoder.write(bytes)).split(mark);
    let last = texts.pop() ?? "";
    const cut = partialMark(last, mark);
    pipe.rest = last.slice(last.length - cut);
    last = last.slice(0, last.length - cut);
    for (const text of texts) pipe.parts.push({ text }, "mark");
    pipe.parts.push({ text: last });
    this.#flow();
  }

  messages(bytes: Buffer): void {
    const parts = this.#messageDecoder.write(bytes).split("\n");
    const last = parts.pop() ?? "";
    for (const part of parts) {
      this.#lines.push([...this.#open, part].join(""));
      this.#open = [];
    }
    if (last !== "") this.#open.push(last);
    this.#flow();
  }

  /** The session is gone: what is still here goes out as it is. */
  end(): void {
    for (const name of ["stdout", "stderr"] as const) {
      const { parts, rest } = this.#pipes[name];
      parts.push({ text: rest });
      this.#pipes[name].rest = "";
    }
    for (const { parts } of Object.values(this.#pipes))
      appendAll(
        parts,
        this.#lines.map(() => "mark" as const),
      );
    this.#flow();
  }

  #flow(): void {
    const { stdout, stderr } = this.#pipes;
    for (;;) {
      for (const name of ["stdout", "stderr"] as const) this.#sayText(name);
      const [line] = this.#lines;
      if (line === undefined || stdout.parts[0] !== "mark" || stderr.parts[0] !== "mark") return;
      this.#lines.shift();
      stdout.parts.shift();
      stderr.parts.shift();
      this.#options.onMessage(line);
    }
  }

  #sayText(name: "stdout" | "stderr"): void {
    const { parts } = this.#pipes[name];
    for (let [part] = parts; part !== undefined && part !== "mark"; [part] = parts) {
      parts.shift();
      if (part.text !== "") this.#options.onText(name, part.text);
    }
  }
}

/** How many characters at the end of a text may be the beginning of a mark. */
function partialMark(text: string, mark: string): number {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}
