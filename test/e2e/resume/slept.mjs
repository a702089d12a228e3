import fs from "node:fs";

// Preloaded into the processes of a run: while the file is there, they find that a minute has passed in a moment, as after a laptop's sleep.
const now = Date.now.bind(Date);
const file = process.env["SLEPT_FILE"] ?? "";

Date.now = () => now() + (fs.existsSync(file) ? 60_000 : 0);
