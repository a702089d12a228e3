import { kernel } from "millrace/gpu";
import { png } from "./png.ts";

export interface View {
  width: number;
  height: number;
  /** The middle of the picture in the complex plane. */
  x: number;
  y: number;
  /** What a pixel is wide there. */
  step: number;
  /** Rounds after which a point counts as one of the set. */
  rounds: number;
}

/** After how many rounds each point is known to escape, smoothed; -1 where it does not. */
const escapes = kernel(
  function (width: number, height: number, x: number, y: number, step: number, rounds: number) {
    const real = x + (this.thread.x - width / 2) * step;
    const imaginary = y + (this.thread.y - height / 2) * step;
    let a = 0;
    let b = 0;
    let round = 0;
    while (round < rounds && a * a + b * b < 256) {
      const next = a * a - b * b + real;
      b = 2 * a * b + imaginary;
      a = next;
      round++;
    }
    if (round >= rounds) return -1;
    return round + 1 - Math.log2(Math.log2(a * a + b * b) / 2);
  },
  { output: ([width, height]) => [width, height] },
);

/** A picture of the Mandelbrot set, as a PNG file. */
export async function mandelbrot({ width, height, x, y, step, rounds }: View): Promise<Buffer> {
  const { data } = await escapes(width, height, x, y, step, rounds);
  const pixels = new Uint8Array(3 * width * height);
  data.forEach((round, at) => {
    if (round >= 0)
      pixels.set(
        [0, 1, 2].map((colour) => shade(round, colour)),
        3 * at,
      );
  });
  return png(pixels, { width, height });
}

/** Red, green and blue run through their cycles one after the other. */
function shade(round: number, colour: number): number {
  return Math.round(127.5 * (1 - Math.cos(0.25 * round + 1.1 * (colour + 1))));
}
