// How two lists of days differ.

/** Whether two lists name the same days. */
export function same(some, others) {
  return some.length === others.length && compared(some, others).length === 0;
}

/**
 * What is different in after, by date: {date, kind: "added"|"removed"|"changed",
 * before, after}, where before or after is undefined for a day that is not there.
 */
export function compared(before, after) {
  const old = byDate(before);
  const fresh = byDate(after);
  return [...new Set([...old.keys(), ...fresh.keys()])].sort().flatMap((date) => {
    const [was, is] = [old.get(date), fresh.get(date)];
    if (was && is && was.workday === is.workday && was.name === is.name) return [];
    return [{ date, before: was, after: is, kind: !was ? 'added' : !is ? 'removed' : 'changed' }];
  });
}

/** The days of other, with what differs from base in days put upon them. */
export function rebased(base, days, other) {
  const found = byDate(other);
  for (const { date, after } of compared(base, days)) {
    if (after) found.set(date, after);
    else found.delete(date);
  }
  return [...found.values()];
}

/** Days by their dates. */
export function byDate(days) {
  return new Map(days.map((day) => [day.date, day]));
}

/** Whether a date is a workday in the usual week, Monday to Friday. */
export function usuallyWorks(date) {
  return ![0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());
}
