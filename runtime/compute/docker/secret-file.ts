import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const PREFIX = "millrace-secrets-";

/** A step's secrets on their way into a container: a file that nobody else may read, and that is gone after the step. */
export class SecretFile {
  readonly path: string;

  static of(values: Readonly<Record<string, string>> | null): SecretFile | null {
    return values === null ? null : new SecretFile(values);
  }

  constructor(values: Readonly<Record<string, string>>) {
    this.path = path.join(fs.mkdtempSync(path.join(os.tmpdir(), PREFIX)), "secrets.json");
    fs.writeFileSync(this.path, JSON.stringify(values), { mode: 0o600 });
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
