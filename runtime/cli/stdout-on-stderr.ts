/** Sends what the user's own code prints in this process to stderr, until the function that this gives is called. */
export function stdoutOnStderr(): () => void {
  const { write } = process.stdout;
  process.stdout.write = process.stderr.write.bind(process.stderr);
  return () => {
    process.stdout.write = write;
  };
}
