import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";

/** Version of Jupyter's messaging protocol that is spoken here. */
export const PROTOCOL = "5.3";

export interface MessageHeader {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

/** A message of Jupyter's, without what ZeroMQ put around it. */
export interface JupyterMessage {
  /** Who to answer to; topics on iopub. */
  readonly identities: readonly Buffer[];
  readonly header: MessageHeader;
  readonly parent: MessageHeader | Record<string, never>;
  readonly content: Readonly<Record<string, unknown>>;
}

const DELIMITER = "<IDS|MSG>";

/** Turns messages into frames and back; what is not signed with the connection's key is no message. */
export class Wire {
  readonly #key: string;
  readonly #session = randomUUID();

  /** @param scheme - the only one that Jupyter uses is hmac-sha256 */
  constructor({ key, scheme }: { key: string; scheme: string }) {
    if (key !== "" && scheme !== "hmac-sha256") {
      throw new MillraceError({
        code: "MILLRACE_NOTEBOOK",
        headline: `Cannot start the kernel because it signs with hmac-sha256 only: signature_scheme is ${scheme}`,
        hint: "start it from Jupyter or an editor, with their defaults",
      });
    }
    this.#key = key;
  }

  header(type: string): MessageHeader {
    const date = new Date().toISOString();
    return {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.#session,
      username: "kernel",
      date,
      version: PROTOCOL,
    };
  }

  encode({ identities, header, parent, content }: JupyterMessage): (string | Buffer)[] {
    const parts = [header, parent, {}, content].map((part) => JSON.stringify(part));
    return [...identities, DELIMITER, this.#sign(parts), ...parts] as (string | Buffer)[];
  }

  /** @returns null for what is damaged, wrongly signed or no message of Jupyter's */
  decode(frames: readonly Buffer[]): JupyterMessage | null {
    const at = frames.findIndex((frame) => frame.toString() === DELIMITER);
    const [signature, header, parent, metadata, content] = frames.slice(at + 1);
    if (at < 0 || !signature || !header || !parent || !metadata || !content) return null;
    const wanted = Buffer.from(this.#sign([header, parent, metadata, content]));
    if (wanted.length !== signature.length || !timingSafeEqual(wanted, signature)) return null;
    try {
      const [head, before, , body] = [header, parent, metadata, content].map(objectIn);
      const identities = frames.slice(0, at);
      const [own, asked] = [headerIn(head), headerIn(before)];
      return own === null || body === undefined
        ? null
        : { identities, header: own, parent: asked ?? {}, content: body };
    } catch {
      return null;
    }
  }

  #sign(parts: readonly (string | Buffer)[]): string {
    if (this.#key === "") return "";
    const hmac = createHmac("sha256", this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

/** @throws SyntaxError, and RangeError for what is nested too deep */
function objectIn(frame: Buffer): JsonObject {
  const value = JSON.parse(frame.toString()) as unknown;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new SyntaxError("A part of a message is not an object");
}

/** What else a header holds is given back to who sent it, as far as it is no structure, which may be too deep to write. */
function headerIn(value: JsonObject | undefined): MessageHeader | null {
  if (typeof value?.["msg_type"] !== "string" || typeof value["msg_id"] !== "string") return null;
  const plain = Object.entries(value).filter(([, field]) => typeof field !== "object" || field === null);
  return Object.fromEntries(plain) as unknown as MessageHeader;
}
