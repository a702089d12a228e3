import { knownOptions } from "../../../sdk/decorators/decorator-definition.ts";
import { SLURM_OPTIONS } from "../../../sdk/decorators/slurm.ts";
import { bootstrapScript } from "../container/container-command.ts";
import { CONTAINER_EXIT } from "../container/container-exit.ts";
import { JOB_VARIABLES } from "../container/job-variables.ts";
import type { JobGroup } from "../jobs/job-service.ts";
import { shellQuoted } from "./shell-quoted.ts";

/** Exit code of a job that Slurm has started again, which does nothing: see `no-requeue`. */
export const STARTED_AGAIN = 97;

export interface ScriptOptions {
  /** Node on the compute nodes; null for that on PATH. */
  readonly node: string | null;
  /** Where Node is on the launcher's machine, if that may be the compute nodes' as well. */
  readonly otherNode: string | null;
  /** Folders that a container needs beside its own. */
  readonly folders: readonly string[];
  /** Where what is handed over lies; null for nothing. */
  readonly handedOver: string | null;
  /** Over those of the group. */
  readonly variables: Readonly<Record<string, string>>;
}

/** What each job of a group executes: it makes a folder of its own, runs Millrace there, and removes it. */
export function batchScript(group: JobGroup, options: ScriptOptions): string {
  const { needs, run, env } = group;
  const { handedOver } = options;
  const variables = {
    ...env,
    ...options.variables,
    ...(handedOver === null ? {} : { [JOB_VARIABLES.handedOver]: "stdin" }),
  };
  const exports = Object.entries(variables).map(([name, value]) => `export ${name}=${shellQuoted(value)}`);
  const isArray = group.tasks.length > 1;
  return [
    "#!/bin/sh",
    `# Millrace: ${needs.step} of ${run.flow}/${run.run}`,
    FAIL,
    `[ "\${SLURM_RESTART_COUNT:-0}" -eq 0 ] || fail ${STARTED_AGAIN} "Slurm has started this job again: another one takes its place"`,
    // Whoever has it is this user to Slurm; only a scheduler starts jobs.
    ...(JOB_VARIABLES.drive in variables ? [] : ["unset SLURM_JWT"]),
    ...exports,
    ...(handedOver === null ? ["exec 3</dev/null"] : takeOver(handedOver, isArray)),
    `work=$(mktemp -d "\${SLURM_TMPDIR:-\${TMPDIR:-/tmp}}/millrace-XXXXXX") || fail ${CONTAINER_EXIT.bootFailed} "$(hostname) has no room for a temporary folder"`,
    'export TMPDIR="$work"',
    'cd "$work"',
    ...programOf(group, options),
    ...WATCH,
    "",
  ].join("\n");
}

const FAIL = 'fail() { echo "millrace: $2" >&2; exit "$1"; }';

/** Whoever reads the folder from now on finds nothing. */
function takeOver(file: string, isArray: boolean): string[] {
  return [
    `handed=${shellQuoted(file)}${isArray ? '"-$SLURM_ARRAY_TASK_ID"' : ""}`,
    // A file of a moment ago may be seen late elsewhere.
    'for wait in 1 2 4 8 15; do [ -r "$handed" ] && break; ls "${handed%/*}" >/dev/null 2>&1; sleep "$wait"; done',
    `exec 3<"$handed" || fail ${CONTAINER_EXIT.noOutcome} "what was handed over to this job is gone: $handed"`,
    'rm -f "$handed"',
  ];
}

/** Leaves a command in the parameters. */
function programOf({ needs, command }: JobGroup, { node, otherNode, folders }: ScriptOptions): string[] {
  const { container } = knownOptions(SLURM_OPTIONS, needs.options);
  if (container !== undefined) {
    const binds = folders.map((folder) => ` --bind ${shellQuoted(folder)}`).join("");
    return [
      `runner=$(command -v apptainer || command -v singularity) || fail ${CONTAINER_EXIT.noNode} "$(hostname) has no program apptainer, which runs container images"`,
      `set -- "$runner" exec${needs.gpu > 0 ? " --nv" : ""} --bind "$work"${binds} ${shellQuoted(container)} ${command.map(shellQuoted).join(" ")}`,
    ];
  }
  const named = node === null ? "node=$(command -v node)" : `node=${shellQuoted(node)}`;
  const other = node === null && otherNode !== null ? ` || node=${shellQuoted(otherNode)}` : "";
  const advice = "set slurmNode to the path of Node 20.19 or later there, or name an image with @slurm({ container })";
  return [
    `${named}${other}`,
    `[ -x "$node" ] || fail ${CONTAINER_EXIT.noNode} "$(hostname) has no program node\${node:+ at $node}: ${advice}"`,
    `set -- "$node" --input-type=module -e ${shellQuoted(bootstrapScript())}`,
  ];
}

// SIGTERM reaches the whole group or this shell alone, by how Slurm was set up: telling the program twice does no harm.
const WATCH = [
  '"$@" <&3 3<&- &',
  "job=$!",
  "exec 3<&-",
  "trap 'kill -TERM \"$job\" 2>/dev/null' TERM INT",
  'wait "$job"; code=$?',
  'while kill -0 "$job" 2>/dev/null; do wait "$job"; code=$?; done',
  "cd /",
  'rm -rf "$work"',
  'exit "$code"',
];
