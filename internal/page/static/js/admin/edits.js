// What of a form is not saved yet, field by field: only what was changed is sent
// and kept as a draft, and what is typed while it is saved stays.
import { drafts } from './form.js';
import { changedMeanwhile, fieldChanges } from './meanwhile.js';

const alike = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

export class Edits {
  #draft;
  #names;
  #controls;
  #told;
  #base; // the stored values that changes are told from

  /**
   * draft is the name that changes are kept under, names are the API's fields, stored
   * has their values; read(name) and write(name, value) are of the controls. told is
   * called with the edits after each change, and once for a draft that was kept.
   */
  constructor({ draft, names, stored, read, write, told }) {
    this.#draft = draft;
    this.#names = names;
    this.#controls = { read, write };
    this.#told = told;
    const kept = drafts.read(draft);
    const mine = names.filter((name) => kept && name in kept.mine && !alike(kept.mine[name], stored[name])); // the answer to its saving may have been missed
    this.#base = { ...stored, ...this.#of((name) => kept.base[name], mine) };
    this.#write({ ...stored, ...this.#of((name) => kept.mine[name], mine) }, names);
    this.keep();
  }

  /** The stored values that changes are told from. */
  get base() {
    return this.#base;
  }

  /** The values of all fields as they are typed. */
  values() {
    return this.#of((name) => this.#controls.read(name), this.#names);
  }

  /** The names of the fields that are not saved. */
  changed() {
    return this.#names.filter((name) => !alike(this.#controls.read(name), this.#base[name]));
  }

  /** The values of the fields that are not saved, as the API takes them. */
  changes() {
    return this.#of((name) => this.#controls.read(name), this.changed());
  }

  /** Takes over that something was typed. */
  keep() {
    const names = this.changed();
    if (names.length > 0) drafts.keep(this.#draft, { base: this.#of((name) => this.#base[name] ?? null, names), mine: this.changes() });
    else drafts.forget(this.#draft);
    this.#told(this);
  }

  /** Goes on with what is stored. What was typed since sent were the values stays. */
  adopt(stored, sent = this.values()) {
    const settled = this.#names.filter((name) => alike(this.#controls.read(name), sent[name]));
    this.#base = { ...stored };
    this.#write(stored, settled);
    this.keep();
  }

  /**
   * Whether the changes may be saved over what is stored now. Asks when somebody else
   * changed the same fields; label(name) and worded(name, value) say them in words,
   * object is what the audit log calls it. Takes over what is stored if that is said.
   */
  async mayOverwrite(now, { object, zone, label, worded }) {
    const mine = this.changes();
    const both = Object.keys(mine).filter((name) => !alike(now[name], this.#base[name]) && !alike(now[name], mine[name]));
    if (both.length === 0) return true;
    const changes = fieldChanges(both.map((name) => ({ label: label(name), theirs: worded(name, now[name]), mine: worded(name, mine[name]) })));
    const answer = await changedMeanwhile({ object, zone, changes });
    if (answer === 'theirs') this.adopt(now);
    return answer === 'save';
  }

  #of(value, names) {
    return Object.fromEntries(names.map((name) => [name, value(name)]));
  }

  /** Writes into the controls that say something else; the others may be in use. */
  #write(values, names) {
    for (const name of names) {
      if (!alike(this.#controls.read(name), values[name])) this.#controls.write(name, values[name] ?? null);
    }
  }
}
