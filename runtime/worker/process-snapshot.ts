/**
 * Notes environment variables and working directory as they should be between tasks; the returned function puts them
 * back after one.
 */
export function processSnapshot(): () => void {
  const env = { ...process.env };
  const folder = process.cwd();
  return () => {
    const now = { ...process.env };
    for (const name in now) if (!(name in env)) delete process.env[name];
    for (const name in env) if (now[name] !== env[name]) process.env[name] = env[name];
    if (process.cwd() !== folder) process.chdir(folder);
  };
}
