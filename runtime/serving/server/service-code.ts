/** Which code package a server runs, and which it should. */
export interface ServiceCode {
  /** Its hash; null where the server runs the project's files. */
  readonly hash: string | null;
  /** Null where the server was not told. */
  readonly wanted: string | null;
}

/** A server that was not told which code it should run has the right one. */
export function isRightCode({ hash, wanted }: ServiceCode): boolean {
  return wanted === null || wanted === hash;
}

const SHOWN = 12;

/** For the log. */
export function codeText(hash: string | null): string {
  return hash === null ? "the project's files" : `the code package ${hash.slice(0, SHOWN)}`;
}
