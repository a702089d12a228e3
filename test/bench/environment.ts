/** This environment without what would steer either program, plus what is given. */
export function cleanEnvironment(given: Readonly<NodeJS.ProcessEnv> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(MILLRACE|METAFLOW|BENCH)_/.test(name));
  return { ...Object.fromEntries(kept), ...given };
}
