import { appendAll } from "../../sdk/base/append-all.ts";

/**
 * Notes environment variables, working directory, listeners and the like as they should be between tasks; the returned
 * function puts them back after one.
 * @throws Error if the process cannot be made as it was
 */
export function processSnapshot(): () => void {
  const restoreEnv = environmentSnapshot();
  const folder = process.cwd();
  const listeners = listenersNow();
  const { exitCode, title, argv, execArgv } = process;
  const lists = [argv, execArgv].map((list) => ({ list, items: [...list] }));
  const { prepareStackTrace, stackTraceLimit } = Error;
  const writes = [process.stdout, process.stderr].map((stream) => ({ stream, write: ownWrite(stream) }));
  const user = userNow();
  return () => {
    restoreEnv();
    restoreListeners(listeners);
    Object.assign(process, { exitCode });
    Object.assign(Error, { prepareStackTrace, stackTraceLimit });
    if (process.title !== title) process.title = title;
    for (const { list, items } of lists) {
      if (list.join("\n") === items.join("\n")) continue;
      list.length = 0;
      appendAll(list, items);
    }
    for (const { stream, write } of writes) restoreWrite(stream, write);
    if (process.hasUncaughtExceptionCaptureCallback()) process.setUncaughtExceptionCaptureCallback(null);
    // Asking for a folder that is gone throws; going back needs no question.
    process.chdir(folder);
    // There is no way back to more rights.
    if (userNow() !== user) throw new Error("the process runs as another user");
  };
}

/** Reading a variable asks the system: so each is read once, and names are compared only where their number differs. */
function environmentSnapshot(): () => void {
  const known = { ...process.env };
  const count = Object.keys(known).length;
  return () => {
    const { env } = process;
    for (const name in known) if (env[name] !== known[name]) env[name] = known[name];
    if (Reflect.ownKeys(env).length === count) return;
    for (const name of Object.keys(env)) if (!Object.hasOwn(known, name)) delete env[name];
  };
}

/** The same for the mode of new files, which the store's own depend on. */
export function umaskSnapshot(): () => void {
  const mask = process.umask(0o22);
  process.umask(mask);
  return () => void process.umask(mask);
}

type Listener = (...args: unknown[]) => void;

function listenersNow(): Map<string | symbol, ReadonlySet<Listener>> {
  const names = process.eventNames();
  return new Map(names.map((name) => [name, new Set(process.rawListeners(name as "exit") as Listener[])]));
}

/** Those that were removed come back in the order in which they were added: Node's own watch over the others. */
function restoreListeners(listeners: ReadonlyMap<string | symbol, ReadonlySet<Listener>>): void {
  const now = listenersNow();
  for (const [event, added] of now) {
    const known = listeners.get(event);
    for (const listener of added) if (known?.has(listener) !== true) process.off(event, listener);
  }
  for (const [event, known] of listeners) {
    const left = now.get(event);
    for (const listener of known) if (left?.has(listener) !== true) process.on(event, listener);
  }
}

/** What catches output, to test it or to keep it quiet, puts a method of its own before that of all streams. */
function ownWrite(stream: NodeJS.WriteStream): PropertyDescriptor | undefined {
  return Object.getOwnPropertyDescriptor(stream, "write");
}

function restoreWrite(stream: NodeJS.WriteStream, write: PropertyDescriptor | undefined): void {
  if (ownWrite(stream)?.value === write?.value) return;
  if (write === undefined) Reflect.deleteProperty(stream, "write");
  else Object.defineProperty(stream, "write", write);
}

/** Windows knows none of these. */
function userNow(): string {
  return [process.getuid?.(), process.geteuid?.(), process.getgid?.(), process.getegid?.()].join();
}
