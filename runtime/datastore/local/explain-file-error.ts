import { isMillraceError, MillraceError } from "../../../sdk/base/millrace-error.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";

const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: "give yourself write permission there, or choose another folder with --datastore",
  EPERM: "give yourself write permission there, or choose another folder with --datastore",
  EROFS: "the file system is read-only: choose another folder with --datastore",
  ENOSPC: "the disk is full: free some space and resume the run, nothing that was finished is lost",
  EDQUOT: "the disk quota is used up: free some space and resume the run, nothing that was finished is lost",
  ENOTDIR: "there is a file where a folder is needed: choose another folder with --datastore",
  ENAMETOOLONG:
    "the file system takes no names that long: choose a shorter folder with --datastore, or shorter names of flow and steps",
  EEXIST:
    "there is a file, or a link that leads nowhere, where a folder is needed: choose another folder with --datastore",
  ELOOP: "links form a circle: fix them, or choose another folder with --datastore",
  ENOENT: "the folder is not there, and cannot be made where it is named: choose another one with --datastore",
  EMFILE: "too many files are open: raise the limit with ulimit -n",
};

const UNREADABLE: Readonly<Record<string, string>> = {
  EACCES:
    "it belongs to another user: logs are readable by their owner and the owner's group, everything else as the umask allows",
};

/** Says what was being done when the file system refused. */
export function explainFileError<T>(verb: string, key: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { code, path: place } = error as NodeJS.ErrnoException;
    if (code === undefined || isMillraceError(error)) throw error;
    throw new MillraceError({
      code: "MILLRACE_STORAGE",
      headline: `Cannot ${verb} ${key} in the datastore: ${messageOf(error)}`,
      ...(place === undefined ? {} : { details: [`place: ${place}`] }),
      hint: (verb === "read" ? UNREADABLE[code] : undefined) ?? REMEDIES[code] ?? "check the datastore's folder",
      cause: error,
    });
  }
}
