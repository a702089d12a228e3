/** Probability that a chi-square variable of so many degrees of freedom is at least `x`. */
export function chiSquareTail(x: number, degrees: number): number {
  if (x <= 0) return 1;
  return upperGamma(degrees / 2, x / 2);
}

const ROUNDS = 500;
const EPSILON = 1e-14;
const TINY = 1e-300;

/** The regularized upper incomplete gamma function: a series below a + 1, a continued fraction (Lentz) above. */
function upperGamma(a: number, x: number): number {
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < ROUNDS && term > sum * EPSILON; n += 1) {
      term *= x / (a + n);
      sum += term;
    }
    return Math.max(1 - sum * scale, 0);
  }
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < ROUNDS; n += 1) {
    const factor = -n * (n - a);
    b += 2;
    d = 1 / nonZero(factor * d + b);
    c = nonZero(b + factor / c);
    h *= d * c;
    if (Math.abs(d * c - 1) < EPSILON) break;
  }
  return h * scale;
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/** Lanczos' approximation, to fifteen digits. */
function logGamma(z: number): number {
  const [first = 0, ...rest] = LANCZOS;
  const series = rest.reduce((sum, coefficient, at) => sum + coefficient / (z + at), first);
  const t = z + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (z - 0.5) * Math.log(t) - t + Math.log(series);
}

const LANCZOS = [
  0.999_999_999_999_809_9, 676.520_368_121_885_1, -1_259.139_216_722_402_8, 771.323_428_777_653_1,
  -176.615_029_162_140_6, 12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_572e-6,
  1.505_632_735_149_311_6e-7,
];
