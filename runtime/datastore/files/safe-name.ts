const MAX_BYTES = 200;
/** Names of devices on Windows, with any ending. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Whether Windows keeps a name for a device. */
export function isDeviceName(name: string): boolean {
  return DEVICE.test(name);
}

/** A file's name as every system takes it, its ending kept: `a:b.txt` becomes `a_b.txt`. */
export function safeName(name: string): string {
  const plain = name.replace(/[\u0000-\u001f<>:"/\\|?*]/g, "_").replace(/[. ]+$/, "_");
  const named = isDeviceName(plain) ? `_${plain}` : plain;
  if (Buffer.byteLength(named) <= MAX_BYTES) return named;
  const ending = /\.[^.]{1,20}$/.exec(named)?.[0] ?? "";
  const stem = Buffer.from(named.slice(0, named.length - ending.length)).subarray(
    0,
    MAX_BYTES - Buffer.byteLength(ending),
  );
  // What was cut in the middle of a character goes.
  return stem.toString().replace(/\uFFFD+$/, "") + ending;
}
