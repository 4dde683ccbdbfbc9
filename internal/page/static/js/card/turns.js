// Work that is done a piece at a time, so that the page stays awake while a
// long chat is drawn. The newest piece comes first: that is what people see.

const waiting = [];
let running = false;

/** Has a job run soon, after those that were asked for later. */
export function inTurn(job) {
  waiting.push(job);
  if (!running) next();
}

function next() {
  running = waiting.length > 0;
  if (!running) return;
  setTimeout(() => {
    try {
      waiting.pop()();
    } finally {
      next();
    }
  });
}
