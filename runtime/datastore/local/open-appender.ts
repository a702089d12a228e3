import fs from "node:fs";
import type { Appender } from "../storage.ts";
import { explainFileError } from "./explain-file-error.ts";
import { identityOf } from "./identity-of.ts";
import { notAnObject } from "./not-an-object.ts";
import { refusal } from "./open-reader.ts";
import { type FileWriter, writeFully } from "./file-writer.ts";

const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
/** A pipe without a reader would hold us up; Windows has neither of the last two. */
const APPEND_FLAGS = O_WRONLY | O_APPEND | O_CREAT | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0);

interface AppenderOptions {
  readonly key: string;
  readonly writer: FileWriter;
  /** For its owner and the owner's group alone. */
  readonly isPrivate: boolean;
}

/** Appends to a file, by whole writes. */
export function openAppender(
  file: string,
  { key, writer, isDurable, isPrivate }: AppenderOptions & { isDurable: boolean },
): Appender {
  let descriptor = openRegular(file, { key, writer, isPrivate });
  const identity = identityOf(descriptor);
  let failure: unknown = null;

  /** The file's own descriptor: a step may close this number, which then can be another file's. */
  function own(): number {
    if (identityOf(descriptor) === identity) return descriptor;
    descriptor = openRegular(file, { key, writer, isPrivate });
    if (identityOf(descriptor) !== identity)
      throw new Error("it was closed from outside, and another file is in its place");
    return descriptor;
  }

  function guarded(action: () => void): void {
    explainFileError("write", key, () => {
      // Part of the last bytes may be there: more would make them look whole.
      if (failure !== null) throw failure;
      try {
        action();
      } catch (error) {
        failure = error;
        throw error;
      }
    });
  }

  return {
    append: (bytes) => guarded(() => writeFully(own(), typeof bytes === "string" ? Buffer.from(bytes) : bytes)),
    flush() {
      if (isDurable) guarded(() => fs.fdatasyncSync(own()));
    },
    close() {
      if (identityOf(descriptor) === identity) fs.closeSync(descriptor);
    },
  };
}

function openRegular(file: string, { key, writer, isPrivate }: AppenderOptions): number {
  let descriptor: number;
  try {
    descriptor = writer.open(file, APPEND_FLAGS, isPrivate ? 0o660 : 0o666);
  } catch (error) {
    throw refusal(error, { file, key });
  }
  const found = fs.fstatSync(descriptor);
  if (found.isFile()) return descriptor;
  fs.closeSync(descriptor);
  throw notAnObject(key, found);
}
