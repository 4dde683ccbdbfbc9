// Questions that are asked while somebody types.

/**
 * Returns a function that asks a question once nobody has typed for pause
 * milliseconds. A newer question takes the older one back, and with it its answer;
 * its stop takes back without another.
 */
export function latest({ pause, signal, ask, answered, failed }) {
  let timer = 0;
  let turn = new AbortController();
  const stop = () => { clearTimeout(timer); turn.abort(); };
  signal.addEventListener('abort', stop);

  async function put(question, mine) {
    try {
      const answer = await ask(question, mine);
      if (!mine.aborted) answered(answer, question);
    } catch (failure) {
      if (!mine.aborted) failed(failure, question);
    }
  }

  const later = (question, wait = pause) => {
    stop();
    if (signal.aborted) return;
    turn = new AbortController();
    timer = setTimeout(put, wait, question, turn.signal);
  };
  return Object.assign(later, { stop });
}
