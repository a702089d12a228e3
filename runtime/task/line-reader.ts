/** Cuts a stream of text into lines; the returned function takes its next piece. */
export function lineReader(onLine: (line: string) => void): (text: string) => void {
  let rest = "";
  return (text) => {
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; from = end + 1, end = text.indexOf("\n", from)) {
      const line = rest + text.slice(from, end);
      rest = "";
      onLine(line);
    }
    rest += text.slice(from);
  };
}
