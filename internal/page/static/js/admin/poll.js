// Looking again while something goes on.

/**
 * Calls look every so many milliseconds while it resolves to true and the place
 * is not left. A hidden window waits until it is seen.
 */
export function poll(look, every, signal) {
  const again = async () => {
    if (signal.aborted) return;
    if (document.hidden) {
      document.addEventListener('visibilitychange', again, { once: true });
      return;
    }
    if (await look()) setTimeout(again, every);
  };
  setTimeout(again, every);
}
