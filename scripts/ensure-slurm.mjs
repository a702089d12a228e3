// Checks that Debian's packages `munge` and `slurm-wlm` are here, and says why not on stderr, with exit code 1. With
// `--serve FOLDER` it runs a whole Slurm there, for tests: a controller and four nodes of this machine on free ports,
// without touching /etc. Prints the path of its slurm.conf once all nodes are idle; ends, with everything that it started,
// when its stdin does, so a killed test leaves nothing behind. `--cgroups` limits memory by control groups where this
// machine can (as root, control groups of version 1); else jobs that take too much are found by sampling.
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const NODES = 4;
const CPUS = 8;
const MEMORY_MB = 64_000;
const START_MS = 60_000;
const PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol", "sinfo"];
const FOLDERS = [...(process.env.PATH ?? "").split(path.delimiter), "/usr/sbin", "/sbin"];
const CGROUPS = `CgroupPlugin=cgroup/v1
CgroupAutomount=no
ConstrainRAMSpace=yes
ConstrainSwapSpace=yes
`;
/** Daemons that were started. */
const children = [];
/** Why Slurm cannot start. */
let fault = null;

const [option, folder] = process.argv.slice(2);
const missing = whyMissing();
if (missing !== null) {
  console.error(missing);
  process.exitCode = 1;
} else if (option === "--serve") {
  await serve(path.resolve(folder), process.argv.includes("--cgroups") && canLimitMemory());
} else {
  console.log(programOf("sbatch"));
}

/** In one line; null if nothing is. */
function whyMissing() {
  const absent = PROGRAMS.filter((name) => programOf(name) === null);
  if (absent.length > 0) return `there is no ${absent.join(", ")}; Debian's packages are munge and slurm-wlm`;
  const { stdout } = spawnSync(programOf("slurmd"), ["-V"], { encoding: "utf8" });
  return /^slurm/.test(stdout ?? "") ? null : "slurmd does not say which version it is";
}

function programOf(name) {
  return FOLDERS.map((place) => path.join(place, name)).find(isExecutable) ?? null;
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function canLimitMemory() {
  return (
    process.getuid?.() === 0 &&
    ["memory", "freezer", "cpuset"].every((name) => existsSync(`/sys/fs/cgroup/${name}/tasks`))
  );
}

async function serve(home, hasCgroups) {
  for (const name of ["run", "log", "state", "spool"])
    mkdirSync(path.join(home, name), { recursive: true, mode: 0o755 });
  writeFileSync(path.join(home, "munge.key"), randomBytes(128), { mode: 0o600 });
  writeFileSync(path.join(home, "run/munge.seed"), randomBytes(1024), { mode: 0o600 });
  chmodSync(path.join(home, "run"), 0o755);
  const conf = path.join(home, "slurm.conf");
  const user = os.userInfo().username;
  writeFileSync(path.join(home, "gres.conf"), `NodeName=n[1-${NODES}] Name=gpu File=/dev/null,/dev/zero\n`);
  if (hasCgroups) writeFileSync(path.join(home, "cgroup.conf"), CGROUPS);
  writeFileSync(conf, confOf({ home, user, hasCgroups, ports: await freePorts(NODES + 1) }));

  let isOver = false;
  const end = () => {
    isOver = true;
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end);
  process.stdin.on("end", end).on("error", end).resume();
  const env = { ...process.env, SLURM_CONF: conf };
  const log = (name) => path.join(home, "log", name);
  start("munged", [
    ...["--foreground", `--key-file=${home}/munge.key`, `--socket=${home}/run/munge.sock`],
    ...[`--pid-file=${home}/run/munged.pid`, `--log-file=${log("munged.log")}`, `--seed-file=${home}/run/munge.seed`],
  ]);
  await until(
    () => existsSync(path.join(home, "run/munge.sock")),
    () => isOver,
  );
  start("slurmctld", ["-D", "-c"], env);
  for (let node = 1; node <= NODES; node += 1) start("slurmd", ["-D", "-N", `n${node}`], env);
  const idle = () => {
    const { stdout } = spawnSync(programOf("sinfo"), ["-h", "-t", "idle", "-o", "%D"], { env, encoding: "utf8" });
    return Number(stdout) === NODES;
  };
  const isUp = await until(idle, () => isOver);
  if (isUp) console.log(conf);
  else if (!isOver) console.error(fault ?? `the nodes of Slurm are not idle after ${START_MS / 1000} s`);
  while (!isOver && isUp) await sleep(50);
  await stop({ env, home, hasCgroups });
  process.exit(isUp || isOver ? 0 : 1);
}

/** @returns whether it came true in time */
async function until(isTrue, isOver) {
  for (const from = Date.now(); Date.now() - from < START_MS && !isOver() && fault === null; await sleep(50))
    if (isTrue()) return true;
  return false;
}

function start(name, args, env = process.env) {
  const child = spawn(programOf(name), args, { env, stdio: ["ignore", "ignore", "pipe"] });
  const said = [];
  child.stderr.on("data", (piece) => said.push(piece));
  child.on("exit", () => {
    fault ??= `${name} ended: ${Buffer.concat(said).toString().trim().split("\n").at(-1)}`;
  });
  children.push(child);
}

/** Tasks first: a daemon that is gone does not end them. */
async function stop({ env, home, hasCgroups }) {
  spawnSync(programOf("scancel"), ["--signal=KILL", "--full", "-t", "RUNNING"], { env, timeout: 5000 });
  for (const child of children) child.kill("SIGKILL");
  // What outlived them, and a controller that a test has started itself.
  for (const pid of ownProcesses(home)) kill(pid);
  await sleep(50);
  if (hasCgroups) removeGroups();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}

function kill(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // It ended meanwhile.
    if (error.code !== "ESRCH") throw error;
  }
}

/** What the nodes leave in the first version of control groups; another Slurm of this machine has groups of the same names. */
function removeGroups() {
  const others = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && isSlurm(Number(name)));
  if (others.length > 0) return;
  for (const controller of readdirSync("/sys/fs/cgroup"))
    for (let node = 1; node <= NODES; node += 1) removeGroup(`/sys/fs/cgroup/${controller}/slurm_n${node}`);
}

function removeGroup(folder) {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true }))
      if (entry.isDirectory()) removeGroup(path.join(folder, entry.name));
    rmdirSync(folder);
  } catch {
    // There is none, or something is in it.
  }
}

/** Daemons, and tasks of their nodes: all that was started with our configuration. */
function ownProcesses(home) {
  const { stdout } = spawnSync("sh", ["-c", 'grep -lsaF "SLURM_CONF=$1/slurm.conf" /proc/[0-9]*/environ', "sh", home], {
    encoding: "utf8",
  });
  const pids = stdout.split("\n").flatMap((file) => /^\/proc\/(\d+)\//.exec(file)?.[1] ?? []);
  return pids.map(Number).filter((pid) => pid !== process.pid && isSlurm(pid));
}

function isSlurm(pid) {
  try {
    return /^slurm(ctld|d|stepd)/.test(readFileSync(`/proc/${pid}/comm`, "utf8"));
  } catch {
    return false;
  }
}

async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((resolve) => {
          const server = net.createServer().listen(0, "127.0.0.1", () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function confOf({ home, user, hasCgroups, ports: [controller, ...nodes] }) {
  const limits = hasCgroups
    ? "ProctrackType=proctrack/cgroup\nTaskPlugin=task/cgroup\nJobAcctGatherType=jobacct_gather/linux"
    : "ProctrackType=proctrack/linuxproc\nTaskPlugin=task/none\nJobAcctGatherType=jobacct_gather/linux\nJobAcctGatherFrequency=task=1\nJobAcctGatherParams=OverMemoryKill";
  return `ClusterName=test
SlurmctldHost=localhost
SlurmctldPort=${controller}
AuthType=auth/munge
# A requeued job waits so long before it may start.
AuthInfo=socket=${home}/run/munge.sock,cred_expire=5
SlurmUser=${user}
SlurmdUser=${user}
StateSaveLocation=${home}/state
SlurmdSpoolDir=${home}/spool/%n
SlurmctldPidFile=${home}/run/slurmctld.pid
SlurmdPidFile=${home}/run/slurmd-%n.pid
SlurmctldLogFile=${home}/log/slurmctld.log
SlurmdLogFile=${home}/log/slurmd-%n.log
MpiDefault=none
${limits}
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,bf_interval=1
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
AccountingStorageType=accounting_storage/none
ReturnToService=2
SlurmdTimeout=6
KillWait=8
MinJobAge=300
SlurmdParameters=config_overrides
GresTypes=gpu
${nodes.map((port, at) => `NodeName=n${at + 1} NodeHostname=localhost NodeAddr=127.0.0.1 Port=${port} CPUs=${CPUS} RealMemory=${MEMORY_MB} Gres=gpu:2 Feature=${at < 2 ? "old" : "new"} State=UNKNOWN`).join("\n")}
PartitionName=main Nodes=ALL Default=YES MaxTime=7-0 State=UP PriorityTier=1
PartitionName=urgent Nodes=ALL MaxTime=1-0 State=UP PriorityTier=10
PartitionName=short Nodes=n1 MaxTime=10 State=UP PriorityTier=1
`;
}
