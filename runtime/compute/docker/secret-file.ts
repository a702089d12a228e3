import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { HandedOver } from "../container/handed-over.ts";

const PREFIX = "millrace-secrets-";

/**
 * What nobody but a container's user may see, on its way into the container: a file that nobody else may read, and that
 * is gone after the step. An engine shows the variables of a container to whoever may ask it.
 */
export class SecretFile {
  readonly path: string;

  /** Null where there is nothing to hand over. */
  static of(handed: HandedOver): SecretFile | null {
    const { variables, masks } = handed;
    return Object.keys(variables).length === 0 && masks.length === 0 ? null : new SecretFile(handed);
  }

  constructor(handed: HandedOver) {
    this.path = path.join(fs.mkdtempSync(path.join(os.tmpdir(), PREFIX)), "secrets.json");
    fs.writeFileSync(this.path, JSON.stringify(handed), { mode: 0o600 });
  }

  /** One that a scheduler left which was killed. */
  static removeAt(file: string): void {
    const folder = path.dirname(file);
    if (path.basename(folder).startsWith(PREFIX)) fs.rmSync(folder, { recursive: true, force: true });
  }

  remove(): void {
    SecretFile.removeAt(this.path);
  }
}
