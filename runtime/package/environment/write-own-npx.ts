import fs from "node:fs";
import path from "node:path";

/**
 * `npx` asks the project's folder and the registry, never PATH. Among the programs of a step's packages lies one that runs
 * them, and passes everything else on.
 */
const OWN_NPX = `#!/bin/sh
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
own() {
  while [ $# -gt 0 ]; do
    case $1 in -y | --yes | --no | --no-install | --) shift ;; *) break ;; esac
  done
  case \${1-} in "" | . | .. | npx | */*) return ;; esac
  if [ -x "$here/$1" ]; then exec "$here/$@"; fi
}
own "$@"
case :$PATH: in
  *":$here:"*)
    PATH=":$PATH:"
    PATH="\${PATH%%":$here:"*}:\${PATH#*":$here:"}"
    PATH="\${PATH#:}"
    PATH="\${PATH%:}"
    export PATH
    ;;
esac
case $(command -v npx) in
  "" | "$here/npx") echo "npx: not found" >&2; exit 127 ;;
  *) exec npx "$@" ;;
esac
`;

/** Lays it beside the programs that npm linked. Windows runs no such file. */
export function writeOwnNpx(folder: string): void {
  const programs = path.join(folder, "node_modules", ".bin");
  const file = path.join(programs, "npx");
  if (process.platform === "win32" || !fs.existsSync(programs) || fs.existsSync(file)) return;
  fs.writeFileSync(file, OWN_NPX, { mode: 0o755 });
}
