// What all places need to know of the organisation: its settings, asked for once in
// each place.
import { get } from './api.js';

let known = null; // the settings, as a promise

/** The settings, such as {timezone, locale, unit}. */
export function settingsOf() {
  known ??= get('/settings').catch((failure) => { forgetSettings(); throw failure; });
  return known;
}

/** Forgets them, so that they are asked for again. */
export function forgetSettings() {
  known = null;
}

/** All time zones that the browser knows, for a list of suggestions. */
export function timezones() {
  return Intl.supportedValuesOf?.('timeZone') ?? [];
}

const usable = new Map(); // whether the browser knows a zone

/** A time zone if the browser knows it, else the other one: programs know more zones than browsers. */
export function usableZone(zone, other) {
  if (!usable.has(zone)) usable.set(zone, isKnown(zone));
  return usable.get(zone) ? zone : other;
}

function isKnown(zone) {
  try {
    return Boolean(new Intl.DateTimeFormat(undefined, { timeZone: zone }));
  } catch {
    return false;
  }
}
