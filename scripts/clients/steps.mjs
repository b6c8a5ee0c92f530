// Prints one line a step, as the Python side does, and remembers whether any of them failed.

let failed = 0;

export async function step(claim, work) {
  try {
    const seen = await work();
    console.log(`  ok    ${claim}${seen === undefined ? '' : ` (${seen})`}`);
  } catch (problem) {
    failed += 1;
    const code = problem.errorCode ?? problem.name ?? 'Error';
    console.log(`  FAIL  ${claim}: ${code}: ${String(problem.message).split('\n')[0].slice(0, 300)}`);
  }
}

export function same(found, expected, what) {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${what}: expected ${right}, found ${left}`);
}

export function holds(condition, what) {
  if (!condition) throw new Error(`not so: ${what}`);
}

export async function refused(code, work) {
  try {
    await work();
  } catch (problem) {
    same(problem.errorCode ?? problem.name, code, 'the refusal');
    return problem;
  }
  throw new Error(`was not refused with ${code}`);
}

export function finish() {
  process.exit(failed ? 1 : 0);
}
