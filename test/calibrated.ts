/** A fixed amount of work: numbers, texts and objects, about ten milliseconds on an idle machine. */
function plainWork(): number {
  const texts = new Map<string, number>()
  for (let i = 0; i < 60_000; i++) texts.set(`key ${i % 5000}`, (texts.get(`key ${i % 5000}`) ?? 0) + i)
  return JSON.stringify([...texts]).length
}

/** Returns the milliseconds that a function takes. */
function millisecondsOf(work: () => unknown): number {
  const begin = performance.now()
  work()
  return performance.now() - begin
}

/**
 * Returns a function's duration ÷ that of a fixed amount of work. Both are measured one after the other, each as the best of
 * three, so that a busy machine slows both.
 */
export function timesPlainWork(work: () => unknown): number {
  const best = (one: () => unknown): number => Math.min(...Array.from({ length: 3 }, () => millisecondsOf(one)))
  const plain = best(plainWork)
  return best(work) / plain
}
