import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import type { GitState } from "../datastore/release-document.ts";

/** Git has so long to look for changes; a run is not kept waiting for more. */
const LOOK_MS = 300;
const MAX_BYTES = 1 << 20;

/**
 * Where the code in a folder stands in Git, or null outside of a repository. One call of git, which is not waited for longer
 * than 0.3 s: where it is missing or slow, the commit is read from the repository, and nothing is said of changes.
 */
export async function gitState(folder: string): Promise<GitState | null> {
  const repository = repositoryAbove(folder);
  if (repository === null) return null;
  return (await askGit(folder)) ?? commitIn(repository);
}

/** The folder, or file, that is called .git. */
function repositoryAbove(folder: string): string | null {
  for (let at = folder; ; at = path.dirname(at)) {
    const candidate = path.join(at, ".git");
    if (fs.existsSync(candidate)) return candidate;
    if (at === path.dirname(at)) return null;
  }
}

function askGit(cwd: string): Promise<GitState | null> {
  const args = ["--no-optional-locks", "status", "--porcelain=v2", "--branch", "--untracked-files=normal"];
  return new Promise((resolve) => {
    const options = { cwd, timeout: LOOK_MS, killSignal: "SIGKILL", maxBuffer: MAX_BYTES, windowsHide: true } as const;
    try {
      execFile("git", args, options, (error, stdout) => resolve(error === null ? stateIn(stdout) : null));
    } catch {
      resolve(null);
    }
  });
}

function stateIn(status: string): GitState | null {
  const lines = status.split("\n").filter((line) => line !== "");
  const commit = headIn(lines, "oid");
  if (commit === null || !isCommit(commit)) return null;
  const branch = headIn(lines, "head");
  return {
    commit,
    branch: branch === "(detached)" ? null : branch,
    isDirty: lines.some((line) => !line.startsWith("#")),
  };
}

function headIn(lines: readonly string[], name: string): string | null {
  const start = `# branch.${name} `;
  return lines.find((line) => line.startsWith(start))?.slice(start.length) ?? null;
}

/** As Git lays it out; null for a repository of another layout. */
function commitIn(repository: string): GitState | null {
  try {
    const head = fs.readFileSync(path.join(repository, "HEAD"), "utf8").trim();
    const [, ref] = /^ref: (refs\/[^\0]+)$/.exec(head) ?? [];
    const commit = ref === undefined ? head : fs.readFileSync(path.join(repository, ref), "utf8").trim();
    const branch = ref?.replace(/^refs\/heads\//, "") ?? null;
    return isCommit(commit) ? { commit, branch, isDirty: null } : null;
  } catch {
    return null;
  }
}

function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(text);
}
