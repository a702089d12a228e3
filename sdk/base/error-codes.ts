/**
 * What follows from a code: `usage` lies in how the program was called or what it was given (exit code 2); `flow` lies in the
 * flow's own code or settings (exit code 2, and no further attempt of a task); `failure` is everything else that goes wrong
 * (exit code 1); `passing` is a failure that the same call may well not meet again.
 */
export type ErrorClass = "usage" | "flow" | "failure" | "passing";

// `node scripts/error-page.mjs` makes docs/errors.md of this file: `// Section`, and for each code what it means and its fix.
export const ERROR_CODES = {
  // The flow's code
  /** The flow's graph is not sound, or a parameter has the name of an option. Fix: `check` lists every finding, each with its fix. */
  MILLRACE_INVALID_FLOW: "flow",
  /** No decorator, and no decorator of `--with`, has this name. Fix: take one of the names that the message lists. */
  MILLRACE_UNKNOWN_DECORATOR: "flow",
  /** An option of a decorator is unknown, missing or has a wrong value. Fix: give what the message says is wanted. */
  MILLRACE_DECORATOR_OPTION: "flow",
  /** A decorator stands where it cannot apply. Fix: put it on the method of a step, on a field or on the class, as the message says. */
  MILLRACE_DECORATOR_MISPLACED: "flow",
  /** A decorator that can apply once stands on a step twice. Fix: remove one of the two. */
  MILLRACE_DECORATOR_REPEATED: "flow",
  /** Two decorators of a step contradict each other, such as two engines. Fix: keep one of them. */
  MILLRACE_DECORATOR_CONFLICT: "flow",
  /** The compiler passes no decorator metadata. Fix: compile with TypeScript 5.2 or esbuild 0.21.3 or later, or set `experimentalDecorators`. */
  MILLRACE_DECORATOR_METADATA: "flow",
  /** The flow file has no such flow: it neither exports the class nor gives it to `main()`. Fix: call `main(MyFlow)` or name another class. */
  MILLRACE_NO_FLOW: "flow",
  /** The flow file imports a name that the package does not export. Fix: correct the import, or install the version that has it. */
  MILLRACE_IMPORT: "flow",
  /** The image has another version of Node than `@env` asks for, and that one cannot be brought or cannot run there. Fix: use an image with that Node, or change `node` of `@env`. */
  MILLRACE_NODE: "flow",
  /** Packages with native parts were installed for another platform than the container's. Fix: use an image of this machine's platform, or install the packages for both. */
  MILLRACE_PLATFORM: "flow",
  /** The flow file cannot be bundled: a syntax error, or an import that leads nowhere. Fix: correct the file at the place shown. */
  MILLRACE_BUNDLE: "usage",
  /** The flow file throws while it is loaded. Fix: correct it at the place shown; work belongs in steps. */
  MILLRACE_FLOW_FILE: "usage",
  /** A type cannot be registered. Fix: give `registerType` a class, and functions that pack and unpack it. */
  MILLRACE_BAD_TYPE: "failure",

  // Calling Millrace
  /** A command or a function was called in a way that it does not understand. Fix: see `--help`, or what the message says is wanted. */
  MILLRACE_USAGE: "usage",
  /** A parameter is missing, unknown or has a value that it does not accept. Fix: `run --help` lists the flow's parameters and their types. */
  MILLRACE_PARAMETER: "usage",
  /** A file or directory cannot be taken as an artifact, or its content cannot be put on this machine. Fix: check the path, which is relative to the working directory, and the free space. */
  MILLRACE_FILE: "failure",
  /** A configuration is not JSON, YAML or TOML, its parser refuses it, or it is of another type than the flow expects. Fix: correct the file or value that the message names, at the place shown. */
  MILLRACE_CONFIG: "usage",
  /** A file that was named is not there or cannot be read. Fix: check the path; it is relative to the working directory. */
  MILLRACE_MISSING_FILE: "usage",
  /** A setting in `millrace.config.json` or the environment cannot be used. Fix: correct it as the message says. */
  MILLRACE_SETTINGS: "usage",
  /** A project's settings or store were found by searching upward and belong to another user. Fix: name them explicitly, or trust them as the hint says. */
  MILLRACE_TRUST: "usage",
  /** It is not known which file defines the class, so it cannot run. Fix: define it in a module and export it. */
  MILLRACE_NOT_YET: "usage",
  /** A tag is not a single line of text, or is one that Millrace sets itself. Fix: choose another tag. */
  MILLRACE_TAG: "usage",
  /** A pathspec cannot be read, or nothing has that name. Fix: write run/step/task; the message lists what exists. */
  MILLRACE_PATHSPEC: "usage",
  /** The datastore holds no such run, or several that match. Fix: `runs` lists them; give the id, more of it, `latest` for your own latest run, or `latest:any` for anybody's. */
  MILLRACE_UNKNOWN_RUN: "usage",
  /** The datastore holds no run of this flow. Fix: check the flow's name, or name another datastore with `--datastore`. */
  MILLRACE_UNKNOWN_FLOW: "usage",
  /** An event cannot be published: its name, its data, or their size. Fix: what the message says is wanted. */
  MILLRACE_EVENT: "usage",
  /** The scheduler of a run that was started with `--detach` ended before its first task. Fix: correct what its log says, which the message quotes. */
  MILLRACE_DETACHED: "failure",
  /** The run that is to be resumed has not ended. Fix: wait for it, or stop its process first. */
  MILLRACE_STILL_RUNNING: "usage",
  /** The answer cannot be written to stdout. Fix: send it elsewhere; nothing is wrong with what was asked for. */
  MILLRACE_OUTPUT: "failure",
  /** The command was interrupted before it was done. Fix: call it again. */
  MILLRACE_INTERRUPTED: "passing",
  /** Something that Millrace itself rules out has happened. Fix: report it, with the command that led to it. */
  MILLRACE_BUG: "failure",

  // Production
  /** A deployment cannot be made, changed or found as asked: a name, a value, a cycle of triggers, an owner, or somebody who changed it meanwhile. Fix: follow the message; `deployments` lists what there is. */
  MILLRACE_DEPLOYMENT: "usage",
  /** The target of a deployment cannot run the flow as it is. Fix: change the steps that the message names, or deploy to another target. */
  MILLRACE_TARGET: "usage",
  /** A task of a deployed run cannot be executed where the target asks for it. Fix: deploy the flow again; the message names what is missing. */
  MILLRACE_DEPLOYED_TASK: "failure",

  // Models
  /** A model, a version or an alias cannot be found, named or registered as asked. Fix: follow the message; `models list` lists what there is. */
  MILLRACE_MODEL: "usage",
  /** An alias was moved meanwhile, or is not where it was expected. Fix: look at what the message says of who moved it, and promote again if that is still right. */
  MILLRACE_MODEL_MOVED: "failure",
  /** A version does not fulfil what is required of it, or a protected alias is not the user's to move. Fix: promote a version that does, or ask whom the message names. */
  MILLRACE_MODEL_REFUSED: "failure",
  /** A feature, its source or what is asked of it cannot be used. Fix: follow the message, which names the row where there is one. */
  MILLRACE_FEATURE: "usage",

  // Serving
  /** A service cannot be served as it is: its class, its model, an option or an address. Fix: follow the message; `serve --help` lists the options. */
  MILLRACE_SERVICE: "usage",
  /** A service did not answer a request of `serviceClient`. Fix: `status` and `issues` of the error say why; where it has `retryAfterMs`, ask again after that. */
  MILLRACE_SERVICE_REQUEST: "failure",

  // In a step
  /** The step ended without calling `this.next`. Fix: call it at the end of every step but the last. */
  MILLRACE_NO_NEXT: "failure",
  /** A hook of a decorator of the flow's own threw. Fix: correct the hook that the message names. */
  MILLRACE_DECORATOR_HOOK: "failure",
  /** `this.next` was called in a way that the step's source does not show, or twice. Fix: call it once, as the graph says. */
  MILLRACE_NEXT: "failure",
  /** No case of a switch fits the value. Fix: add a case for it, or set another value. */
  MILLRACE_UNKNOWN_CASE: "failure",
  /** A foreach has more items than `--max-num-splits` allows. Fix: make fewer and larger items, or raise the limit. */
  MILLRACE_TOO_MANY_SPLITS: "failure",
  /** `this.input` was read outside a foreach. Fix: read it in steps between a foreach and its join. */
  MILLRACE_NO_INPUT: "failure",
  /** `current.parallel` was read outside a gang. Fix: read it in a step that `numParallel` leads to. */
  MILLRACE_NOT_PARALLEL: "failure",
  /** `current` or `this.input` was used while no task was running. Fix: use it inside a step. */
  MILLRACE_OUTSIDE_TASK: "failure",
  /** `current.progress` got something else than a fraction from 0 to 1 and a text. Fix: pass what is done divided by all. */
  MILLRACE_PROGRESS: "failure",
  /** `current.log` got something else than numbers by name, or a step that is not a whole number from 0 on. Fix: pass numbers, as in `current.log({ loss: 0.31 }, { step: 4 })`. */
  MILLRACE_METRIC: "failure",
  /** `current.checkpoint` was used in a step that declares none. Fix: give the step `@checkpoint()`. */
  MILLRACE_NO_CHECKPOINT: "failure",
  /** A parameter, a configuration or an artifact of an input was assigned to. Fix: assign to an artifact of another name. */
  MILLRACE_READ_ONLY: "failure",
  /** `mergeArtifacts` was called outside a join or with contradicting options. Fix: call it in a join, with `include` or `exclude` but not both. */
  MILLRACE_MERGE: "failure",
  /** The inputs of a join differ on an artifact. Fix: assign it before `mergeArtifacts`, or exclude it. */
  MILLRACE_MERGE_CONFLICT: "failure",
  /** An artifact holds something that cannot be stored, such as a function or a socket. Fix: store data instead, or register its class with `registerType`. */
  MILLRACE_UNSTORABLE: "failure",
  /** Secrets of a step have no value, cannot be read, or cannot reach its engine. Fix: set them where the message says. */
  MILLRACE_SECRETS: "usage",

  // How a task ends
  /** The task took longer than its time limit. Fix: raise the limit of `@timeout`, or give the step `@retry`. */
  MILLRACE_TIMEOUT: "passing",
  /** The task's process ended before the step was over. Fix: look at the end of its output; memory is the usual reason. */
  MILLRACE_PROCESS_ENDED: "passing",
  /** The task's process could not be started. Fix: read the message; often the system has no processes or memory left. */
  MILLRACE_PROCESS_NOT_STARTED: "passing",
  /** The task, or the loading of an artifact, needs more memory than is available. Fix: ask for more with `@resources`, also by attempt, or work in smaller parts. */
  MILLRACE_OUT_OF_MEMORY: "failure",
  /** A run or a job was changed after its launcher wrote it. Fix: start the run again, and find out what else writes to the datastore. */
  MILLRACE_SWAPPED: "failure",
  /** Another process has resumed this run. Fix: follow the new run; this one has stopped. */
  MILLRACE_TAKEN_OVER: "failure",
  /** The packages that `@env` asks for cannot be installed. Fix: read what npm says; check names, versions and the network. */
  MILLRACE_ENVIRONMENT: "failure",

  // Containers and AWS
  /** AWS Batch cannot run the steps: no queue, a queue that is disabled, or jobs that are too large for it. Fix: follow the message; `millrace configure aws` finds the queue. */
  MILLRACE_BATCH: "usage",
  /** Slurm cannot run the steps: its commands are not there or fail, or it refuses what they ask for. Fix: follow the message; `slurmHost` reaches a cluster from outside. */
  MILLRACE_SLURM: "usage",
  /** Kubernetes cannot run the steps: no cluster, credentials or rights that lack, a quota, or options that no pod can have. Fix: follow the message; `millrace configure kubernetes` prints the rights that are needed. */
  MILLRACE_KUBERNETES: "usage",
  /** No container engine answers, or this user may not use it. Fix: start Docker, or give the user access. */
  MILLRACE_NO_ENGINE: "usage",
  /** The image is not on this machine and cannot be pulled. Fix: check its name, pull it by hand, or log in to the registry. */
  MILLRACE_NO_IMAGE: "usage",
  /** The engine cannot give what steps ask for. Fix: ask for no more than the message says is available. */
  MILLRACE_RESOURCES: "usage",
  /** Machines elsewhere cannot reach a datastore that is a folder of this machine. Fix: use a bucket: `--datastore s3://bucket/prefix`. */
  MILLRACE_LOCAL_DATASTORE: "usage",
  /** The code, files and packages that tasks elsewhere need cannot be packed. Fix: follow the message; `package --list` shows what is shipped. */
  MILLRACE_PACKAGE: "failure",
  /** An archive of the project cannot be unpacked, or holds a name that would lead out of its folder. Fix: start the run again. */
  MILLRACE_ARCHIVE: "failure",
  /** Secrets or credentials did not reach the container completely. Fix: run it again. */
  MILLRACE_NOT_HANDED_OVER: "failure",
  /** The job ended without saying how its task went. Fix: look at the end of its output. */
  MILLRACE_JOB_ENDED: "passing",
  /** The job's container could not be started. Fix: the message holds what the engine says. */
  MILLRACE_JOB_NOT_STARTED: "failure",
  /** The job was stopped from outside. Fix: resume the run if that was not intended. */
  MILLRACE_JOB_STOPPED: "passing",
  /** The job's machine was taken away, as spot machines are. Fix: nothing to do: Millrace starts the attempt again and does not count it. */
  MILLRACE_HOST_LOST: "passing",
  /** AWS refused a request of `configure aws`, or did not answer. Fix: check what the hint names: region, credentials, permissions or network. */
  MILLRACE_AWS: "passing",

  // The datastore
  /** The location is neither a folder nor a bucket. Fix: give a folder, or `s3://bucket/prefix`. */
  MILLRACE_DATASTORE: "failure",
  /** Reading or writing the datastore, or a Redis with features, failed. Fix: the message names the disk, the permissions or the service; correct that and resume the run. */
  MILLRACE_STORAGE: "passing",
  /** A newer Millrace wrote it. Fix: update the package millrace. */
  MILLRACE_NEWER_FORMAT: "failure",
  /** A record refers to a key that cannot exist in a datastore. Fix: `fsck` names the record. */
  MILLRACE_KEY: "failure",
  /** A link, a folder or a device is where an object should be. Fix: replace it by a regular file, or remove it. */
  MILLRACE_NOT_AN_OBJECT: "failure",
  /** A record is larger than records can be, so it is damaged. Fix: `fsck` says what it belongs to. */
  MILLRACE_TOO_LARGE: "failure",
  /** A record cannot be read. Fix: `fsck` lists what is damaged, `fsck --repair` repairs what can be repaired. */
  MILLRACE_DAMAGED_RECORD: "failure",
  /** The bytes of a blob are not those that were stored. Fix: `fsck --repair` sets it aside; then resume the run that made it. */
  MILLRACE_DAMAGED_BLOB: "failure",
  /** The stored bytes of an artifact are damaged. Fix: `fsck --repair` sets it aside; then resume the run that made it. */
  MILLRACE_DAMAGED_ARTIFACT: "failure",
  /** A blob is not in the datastore. Fix: `fsck` says what needs it; run the step that made it again. */
  MILLRACE_MISSING_BLOB: "failure",
  /** The result of a task is not in the datastore. Fix: `fsck` says what is missing; run the step again. */
  MILLRACE_MISSING_RESULT: "failure",
  /** While the step stored its artifacts, `gc` removed a part of them. Fix: give the step `@retry`, or resume the run. */
  MILLRACE_COLLECTED: "passing",
  /** Another `gc` is running in this datastore. Fix: wait until it has ended. */
  MILLRACE_GC_RUNNING: "passing",
  /** Another `gc` may have replaced this one. Fix: run it again. */
  MILLRACE_GC_LOST: "passing",
  /** A record cannot be read, so `gc` does not know what it still needs. Fix: `fsck`, then `gc` again. */
  MILLRACE_GC_UNREADABLE: "failure",
  /** No class is registered for a type that an artifact holds. Fix: import the module that registers it. */
  MILLRACE_UNREGISTERED_TYPE: "failure",
  /** The function that unpacks a registered type threw. Fix: read its message; the function must also understand what earlier versions packed. */
  MILLRACE_UNPACK_FAILED: "failure",

  // The client
  /** A namespace names neither a user nor a project, or the run is not in it. Fix: name one that the message shows, or use the namespace `all`. */
  MILLRACE_NAMESPACE: "failure",
  /** The task has no such artifact. Fix: the message lists those that exist. */
  MILLRACE_NO_ARTIFACT: "failure",
  /** The output is longer than a string can be. Fix: read it line by line. */
  MILLRACE_LOG_SIZE: "failure",

  // Kernels
  /** A function cannot become a kernel, or cannot be compiled. Fix: the message shows the place and the reason. */
  MILLRACE_KERNEL: "failure",
  /** A kernel was called with arguments that it does not take. Fix: give numbers and arrays of numbers in one to three dimensions. */
  MILLRACE_KERNEL_ARGUMENT: "failure",
  /** An option of a kernel is unknown or has a wrong value. Fix: give what the message says is wanted. */
  MILLRACE_KERNEL_OPTIONS: "failure",
  /** The kernel requires a GPU, and none can be used. Fix: run it on a machine that has one, or do not require it. */
  MILLRACE_NO_GPU: "failure",
  /** A grid on a GPU was used after it was disposed of. Fix: dispose of it after its last use. */
  MILLRACE_DISPOSED: "failure",

  // The page
  /** The server of `millrace ui` cannot listen as it was asked to, or refuses a request. Fix: follow the message: another port, a token, the address that was printed. */
  MILLRACE_UI: "usage",

  // Notebooks
  /** A notebook cannot be read, or the kernel cannot be installed or started. Fix: follow the message. */
  MILLRACE_NOTEBOOK: "usage",
  /** A cell of the notebook failed. Fix: correct it at the line shown; the outputs up to there are saved. */
  MILLRACE_NOTEBOOK_CELL: "failure",
  /** `display` got something that is not a MIME bundle, or an update without an id. Fix: give what the message says is wanted. */
  MILLRACE_NOTEBOOK_DISPLAY: "failure",
  /** A cell reads from stdin, but cells have no terminal. Fix: put the value into a variable. */
  MILLRACE_NOTEBOOK_STDIN: "failure",
  /** The optional package zeromq cannot be loaded. Fix: `npm install zeromq`. */
  MILLRACE_NOTEBOOK_ZEROMQ: "failure",

  // Testing
  /** `testStep` or `Runner` was called in a way that cannot work. Fix: follow the message. */
  MILLRACE_TEST: "failure",
} as const satisfies Readonly<Record<`MILLRACE_${string}`, ErrorClass>>;

/** The code of an error: stable, so that programs can recognise errors by it, also across processes. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** Null for the code of another program, or of a newer Millrace. */
export function errorClass(code: string): ErrorClass | null {
  return Object.hasOwn(ERROR_CODES, code) ? ERROR_CODES[code as ErrorCode] : null;
}
