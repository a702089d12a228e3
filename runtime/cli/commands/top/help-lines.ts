/** What `?` shows. */
export const HELP_LINES: readonly string[] = [
  "j k  ↓ ↑          move",
  "space  page keys  a page on or back",
  "g G  home end     first, last; at the end a log is followed",
  "enter             open: a run, a task, an artifact; a step shows its tasks alone",
  "q  escape         back, and out at the top",
  "d l a             of a task: details, log, artifacts",
  "[ ]               logs of earlier and later attempts",
  "tab               steps or tasks; the next part of a task",
  "/                 search; n N: next and previous line",
  "← →               sideways in a log",
  "ctrl-l            draw all anew",
  "ctrl-z ctrl-c     suspend, end",
  "",
  "✓ succeeded  ✗ failed  ● running  · retrying  ! caught or damaged  ? its process is gone",
];
