/**
 * Notes environment variables, working directory and listeners as they should be between tasks; the returned function
 * puts them back after one.
 */
export function processSnapshot(): () => void {
  const env = { ...process.env };
  const folder = process.cwd();
  const listeners = listenersNow();
  return () => {
    const now = { ...process.env };
    for (const name in now) if (!(name in env)) delete process.env[name];
    for (const name in env) if (now[name] !== env[name]) process.env[name] = env[name];
    for (const [event, added] of listenersNow()) {
      const known = listeners.get(event);
      for (const listener of added) if (known?.has(listener) !== true) process.off(event, listener);
    }
    // Asking for a folder that is gone throws; going back needs no question.
    process.chdir(folder);
  };
}

type Listener = (...args: unknown[]) => void;

function listenersNow(): Map<string | symbol, ReadonlySet<Listener>> {
  const names = process.eventNames();
  return new Map(names.map((name) => [name, new Set(process.rawListeners(name as "exit") as Listener[])]));
}
