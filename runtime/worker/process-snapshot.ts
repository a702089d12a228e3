/** Notes environment variables and working directory; the returned function puts them back for the next task. */
export function processSnapshot(): () => void {
  const env = { ...process.env };
  const folder = process.cwd();
  return () => {
    for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
    for (const [name, value] of Object.entries(env)) if (process.env[name] !== value) process.env[name] = value;
    if (process.cwd() !== folder) process.chdir(folder);
  };
}
