import path from "node:path";
import type { JobGroup, RunName } from "../jobs/job-service.ts";
import { runKey } from "./run-key.ts";
import type { Shell } from "./shell.ts";

const KEEP_DAYS = 30;
/** How often what is in use is marked as such. */
const REFRESH_MS = 12 * 3600 * 1000;
const WRITE_MS = 120_000;
const MAX_LISTED = 10_000;

/**
 * The folder that login node and compute nodes share, apart from the datastore: output that jobs write before they reach
 * the datastore, and, for a moment, what only the job may know.
 */
export class WorkFolder {
  readonly #shell: Shell;
  readonly place: string;
  /** Folders that were made, by run. */
  readonly #made = new Map<string, Promise<void>>();
  #refreshedAt = performance.now();

  constructor(shell: Shell, place: string) {
    this.#shell = shell;
    this.place = place;
  }

  folderOf(run: RunName): string {
    return path.posix.join(this.place, runKey(run));
  }

  /** Where the output of a job goes: of an array's `null` gives the pattern, as `sbatch` takes it. */
  output({ run, name, tasks }: Pick<JobGroup, "run" | "name" | "tasks">, index: number | null): string {
    const folder = this.folderOf(run);
    const part = tasks.length === 1 ? "" : `-${index ?? "%a"}`;
    return path.posix.join(index === null ? folder.replaceAll("%", "%%") : folder, `${name}${part}.out`);
  }

  /** Where the job finds what was handed over: of an array's, its index follows. */
  handedOver({ run, name }: Pick<JobGroup, "run" | "name">): string {
    return path.posix.join(this.folderOf(run), `${name}.secret`);
  }

  /** Makes the run's folder, which nobody else may enter, and drops those of runs long ago. */
  async prepare(run: RunName): Promise<void> {
    const folder = this.folderOf(run);
    const made = this.#made.get(folder) ?? this.#make(folder);
    this.#made.set(folder, made);
    try {
      await made;
    } catch (error) {
      this.#made.delete(folder);
      throw error;
    }
  }

  /** Now and then marks what jobs of these runs use, so that nobody takes it for a leftover. */
  async refresh(runs: readonly RunName[], now = performance.now()): Promise<void> {
    if (now - this.#refreshedAt < REFRESH_MS) return;
    this.#refreshedAt = now;
    await this.#shell.run(["sh", "-c", REFRESH, this.place, ...new Set(runs.map((run) => this.folderOf(run)))]);
  }

  /** A file of that name, written whole. */
  async write(name: string, bytes: Uint8Array): Promise<string> {
    const file = path.posix.join(this.place, name);
    await this.#script(WRITE, [this.place, file], bytes);
    return file;
  }

  /** A file for each job, which the job alone may read, and deletes as it opens it. */
  async handOver(group: JobGroup, text: string): Promise<void> {
    const copies = group.tasks.length === 1 ? 0 : group.tasks.length;
    await this.#script(HAND_OVER, [this.handedOver(group), String(copies)], Buffer.from(text));
  }

  /** What was handed over to jobs that no longer come for it. */
  async takeBack(run: RunName, kept: ReadonlySet<string>): Promise<void> {
    const folder = this.folderOf(run);
    const listed = await this.#shell.run(["sh", "-c", 'ls -1 -- "$0" 2>/dev/null || true', folder]);
    const left = listed.split("\n").filter((name) => /\.secret(?:-\d+)?$/.test(name));
    const unwanted = left.filter((name) => !kept.has(name.replace(/\.secret(?:-\d+)?$/, "")));
    if (unwanted.length === 0) return;
    const stdin = unwanted.slice(0, MAX_LISTED).map((name) => path.posix.join(folder, name));
    await this.#shell.run(["sh", "-c", 'while IFS= read -r file; do rm -f -- "$file"; done'], {
      stdin: `${stdin.join("\n")}\n`,
    });
  }

  /** The same of groups of whichever run. */
  async takeBackOf(groups: readonly string[]): Promise<void> {
    await this.#shell.run(["sh", "-c", TAKE_BACK, this.place], { stdin: groups.map((name) => `${name}\n`).join("") });
  }

  async remove(run: RunName): Promise<void> {
    await this.#shell.run(["rm", "-rf", "--", this.folderOf(run)]);
  }

  /** Those of the files that are not there. Folders are listed first: a file of a moment ago may be seen late elsewhere. */
  async missing(files: readonly string[]): Promise<readonly string[]> {
    const text = await this.#shell.run(["sh", "-c", MISSING], { stdin: files.map((file) => `${file}\n`).join("") });
    return text.split("\n").filter((file) => file !== "");
  }

  /** The end of a file; empty where there is none. */
  async tail(file: string, lines: number): Promise<readonly string[]> {
    const text = await this.#shell.run(["sh", "-c", 'tail -n "$1" -- "$0" 2>/dev/null || true', file, String(lines)]);
    return text === "" ? [] : text.replace(/\n$/, "").split("\n");
  }

  /** The same of a file of whichever run. */
  async tailOf(name: string, lines: number): Promise<readonly string[]> {
    const script = 'cat -- "$0"/*/"$1" 2>/dev/null | tail -n "$2"';
    const text = await this.#shell.run(["sh", "-c", script, this.place, name, String(lines)]);
    return text === "" ? [] : text.replace(/\n$/, "").split("\n");
  }

  async #make(folder: string): Promise<void> {
    await this.#script(MAKE, [this.place, folder, String(KEEP_DAYS)]);
  }

  async #script(script: string, args: readonly string[], stdin: Uint8Array = new Uint8Array()): Promise<void> {
    await this.#shell.run(["sh", "-c", script, ...args], { stdin, limitMs: WRITE_MS });
  }
}

/** What anybody else owns could be exchanged by them. */
const OWN = 'umask 077; mkdir -p -- "$0" || exit 1; [ -O "$0" ] || { echo "$0 belongs to another user" >&2; exit 1; }';
/** Of a run, as {@link runKey} names it; millisecond and day are the run's own. */
const RUN_FOLDER = `*-${digits(8)}-${digits(9)}-*`;
/** Removes nothing but what this program made: other things of the user's may lie beside it. */
const MAKE = `${OWN}; mkdir -p -- "$1" && touch -- "$1" || exit 1
old() { find "$0" -mindepth 1 -maxdepth 1 -user "$(id -u)" -mtime "+$1" "$2" "$3" -name "$4" -exec rm -rf -- {} + 2>/dev/null; }
old "$2" -type d '${RUN_FOLDER}'; old "$2" -type f 'runtime-*.gz*'; true`;
const REFRESH = 'for folder; do touch -c -- "$folder"; done; touch -c -- "$0"/runtime-*.gz; true';
const WRITE = `${OWN}; if [ -s "$1" ]; then touch -- "$1"; else cat >"$1.$$" && mv -f -- "$1.$$" "$1"; fi`;
const MISSING = `listed=; while IFS= read -r file; do folder=\${file%/*}
[ "$folder" = "$listed" ] || { listed=$folder; ls -- "$folder" >/dev/null 2>&1; }
[ -e "$file" ] || printf '%s\\n' "$file"; done`;
const TAKE_BACK =
  'while IFS= read -r group; do rm -f -- "$0"/*/"$group".secret "$0"/*/"$group".secret-*; done 2>/dev/null; true';
const HAND_OVER = `umask 077; rm -f -- "$0"; cat >"$0" || exit 1
[ "$1" -eq 0 ] && exit 0
index=0; while [ "$index" -lt "$1" ]; do ln -f -- "$0" "$0-$index" || exit 1; index=$((index + 1)); done
rm -f -- "$0"`;

function digits(count: number): string {
  return "[0-9]".repeat(count);
}
