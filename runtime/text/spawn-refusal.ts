import fs from "node:fs";
import path from "node:path";
import { sizeText } from "./size-text.ts";

/** What Linux takes of one `NAME=value`, its closing zero included. */
const LINUX_VARIABLE_BYTES = 128 * 1024;

export interface SpawnAttempt {
  readonly env: NodeJS.ProcessEnv;
  /** @defaultValue the Node that runs this process */
  readonly program?: string;
  /** @defaultValue that of this process */
  readonly cwd?: string;
}

export interface SpawnRefusal {
  /** Goes on from "Cannot start … because". */
  readonly because: string;
  readonly hint: string;
}

/** Why the system did not start a process, and what to do about it. */
export function spawnRefusal(error: Error, attempt: SpawnAttempt): SpawnRefusal {
  const { code } = error as NodeJS.ErrnoException;
  return (
    explained(code ?? "", attempt) ?? { because: error.message, hint: "look up this error of the operating system" }
  );
}

function explained(code: string, { env, program = process.execPath, cwd }: SpawnAttempt): SpawnRefusal | null {
  switch (code) {
    case "E2BIG":
      return tooBig(env);
    case "EAGAIN":
      return {
        because: "the system allows no more processes (EAGAIN)",
        hint: "run fewer tasks at once with --max-workers, or raise the limit: ulimit -u, or that of the container on pids",
      };
    case "ENOMEM":
      return {
        because: "there is not enough memory for it (ENOMEM)",
        hint: "run fewer tasks at once with --max-workers, or use a bigger machine",
      };
    case "EMFILE":
    case "ENFILE":
      return {
        because: `too many files are open (${code})`,
        hint: "raise the limit with ulimit -n, or run fewer tasks at once with --max-workers",
      };
    case "ENOENT":
    case "ENOTDIR":
    case "EACCES":
    case "EPERM":
      return missing({ code, program, cwd });
    default:
      return null;
  }
}

function tooBig(env: NodeJS.ProcessEnv): SpawnRefusal {
  const sizes = Object.entries(env)
    .map(([name, value]) => ({ name, bytes: Buffer.byteLength(`${name}=${value ?? ""}`) + 1 }))
    .sort((a, b) => b.bytes - a.bytes);
  const [longest] = sizes;
  const hint = "put long values into a file, a parameter or an artifact, and only the path into a variable";
  if (longest !== undefined && process.platform === "linux" && longest.bytes > LINUX_VARIABLE_BYTES) {
    const { name, bytes } = longest;
    const limit = `the system allows ${LINUX_VARIABLE_BYTES} bytes (128 KiB) for one`;
    return {
      because: `the environment variable ${name} is too long: it takes ${bytes} bytes with its name, and ${limit} (E2BIG)`,
      hint,
    };
  }
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const first = sizes.slice(0, 3).map(({ name, bytes }) => `${name} (${sizeText(bytes)})`);
  return {
    because: `its environment is too big: ${sizeText(total)} in all, most of it in ${first.join(", ")} (E2BIG)`,
    hint,
  };
}

/** The system names the program for whatever is missing. */
function missing({ code, program, cwd }: { code: string; program: string; cwd: string | undefined }): SpawnRefusal {
  const folder = cwd ?? ownFolder();
  if (folder === null || !fs.existsSync(folder))
    return {
      because: `the folder in which it would run is gone: ${folder ?? "the one from which the run was started"}`,
      hint: "start the run from a folder that stays, and do not remove it in a step",
    };
  if (!path.isAbsolute(program))
    return { because: `${program} was not found on the PATH (${code})`, hint: `install ${program}, or fix the PATH` };
  if (!fs.existsSync(program))
    return { because: `its program is gone: ${program}`, hint: "was it upgraded or removed while the run went on?" };
  return { because: `${program} cannot be executed (${code})`, hint: `look at the permissions of it and of ${folder}` };
}

/** Null if it was removed. */
function ownFolder(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}
