// One schedule: made, changed, tried and posted.
import { el } from '../../dom.js';
import { learn, t } from '../../settings.js';
import { toast } from '../../toast.js';
import { settingsOf, usableZone } from '../about.js';
import { get, patch, post } from '../api.js';
import { confirmed } from '../dialog.js';
import { busy, drafts, formProblem, problemsOf, showProblems } from '../form.js';
import { date, instant } from '../format.js';
import { badge, box, button, buttonLink, empty, facts, failed, heading, loading, notice } from '../parts.js';
import { guardLeaving, navigate, pageAddress, pageLink } from '../router.js';
import { guardUnsaved } from '../unsaved.js';
import { scheduleTitle } from './posting.js';
import { erase, pause, resume, routeOf, runNow, sendToMe } from './schedule/actions.js';
import { chatPicker } from './schedule/chatpicker.js';
import { content, nameField, switches } from './schedule/content.js';
import { differing, draftOf, freshDraft, picked, requestOf } from './schedule/draft.js';
import { scheduleChanged } from './schedule/meanwhile.js';
import { preview } from './schedule/preview.js';
import { runs } from './schedule/runs.js';
import { when } from './schedule/when.js';
import { words } from './schedule.words.js';

learn(words);

/** The name that a draft is kept under: of a schedule, or of a new one by what it begins with. */
const draftName = (id, query) => (id ? `schedule.${id}` : `schedule.new.${new URLSearchParams(query)}`);
const unanswered = [0, 502, 504]; // a request that may have been done all the same

/** Draws the place: the schedule with the id, or a new one, which may be a copy. */
export async function show(place, { params, query, signal }) {
  place.append(loading());
  try {
    const of = params.id ?? query.copy;
    const [settings, found] = await Promise.all([settingsOf(), of ? get(routeOf(of), {}, signal) : null]);
    if (signal.aborted) return;
    const kept = draftName(params.id, query);
    if (params.id) new Editor(place, { settings, signal, kept, saved: found }).draw();
    else new Editor(place, { settings, signal, kept, start: found ? copyOf(found) : freshDraft(settings, query.chat_id) }).draw();
  } catch (failure) {
    if (failure.name === 'AbortError') return;
    if (failure.status === 404) place.replaceChildren(heading(t('schedule.gone')), gone(params.id));
    else place.replaceChildren(heading(t('place.schedules')), failed(failure, () => { place.replaceChildren(); show(place, { params, query, signal }); }));
  }
}

/** What stands where a schedule was deleted: the way to all, and to what was typed of it here. */
function gone(id) {
  const kept = id && drafts.read(draftName(id));
  return empty(t('schedule.gone'), t('schedule.gone_text'),
    kept && button(t('schedule.anew'), () => makeAnew(id, kept.draft), { kind: 'primary' }),
    buttonLink(t('schedule.all'), '/admin/schedules'));
}

/** Goes on with the draft of a schedule that is gone as with that of a new one. */
async function makeAnew(id, draft) {
  const query = { anew: id };
  drafts.keep(draftName(null, query), { base: freshDraft(await settingsOf()), draft });
  drafts.forget(draftName(id));
  guardLeaving(null);
  navigate(pageAddress('/admin/schedules/new', query), { replace: true });
}

/** A draft like a schedule, under a name of its own. It runs, since that is why one makes it. */
function copyOf(schedule) {
  const name = t('schedule.copy_name', { name: [...schedule.name].slice(0, 180).join('') });
  return { ...draftOf(schedule), name, enabled: true, paused_until: '' };
}

class Editor {
  #place;
  #settings;
  #signal; // of the place
  #drawing = new AbortController(); // of what is drawn now
  #saved; // the schedule as it is stored, null for a new one
  #base; // the draft that what was changed is told from
  #draft;
  #mayBeMade = false; // it was to be created, and no answer came
  #refused = {}; // what was wrong when it was last saved, by field
  #kept; // the name the draft is kept under
  #runs;
  #preview;
  #form;
  #root; // of all that showProblems writes to
  #bar; // of what is not saved, with its parts
  #unsaved;
  #discard;
  #save;

  constructor(place, { settings, signal, kept: name, saved = null, start = draftOf(saved) }) {
    this.#place = place;
    this.#settings = settings;
    this.#signal = signal;
    this.#saved = saved;
    this.#kept = name;
    this.#restore(drafts.read(name), start);
    guardUnsaved(() => this.#isChanged());
  }

  /** Begins with what was typed before and is not stored by now; the answer to its saving may have been missed. */
  #restore(kept, start) {
    const { base = start, draft = start, mayBeMade = false } = kept ?? {};
    const mine = differing(base, draft).filter((name) => draft[name] !== start[name]);
    this.#base = { ...start, ...picked(base, mine) };
    this.#draft = { ...start, ...picked(draft, mine) };
    this.#mayBeMade = mayBeMade;
    this.#keep();
  }

  /** Draws everything anew. */
  draw() {
    this.#drawing.abort();
    this.#drawing = new AbortController();
    const signal = AbortSignal.any([this.#signal, this.#drawing.signal]);
    this.#runs = runs({ signal, checked: (problems) => this.#say(problems) });
    this.#preview = preview({ signal });
    const changed = (names) => this.#changed(names);
    this.#form = el('form', { id: 'schedule-form', class: 'stack', novalidate: true, 'aria-label': t('schedule.form'), on: { submit: (event) => {
      event.preventDefault();
      busy(this.#save, () => this.#store());
    } } },
    box(t('schedule.part_what'), nameField(this.#draft, changed),
      chatPicker({ chatID: this.#draft.chat_id, signal, changed: (chatID) => { this.#draft.chat_id = chatID; changed(['chat_id']); } })),
    box(t('schedule.part_when'), when(this.#draft, changed), this.#runs.element),
    box(t('schedule.part_content'), content(this.#draft, changed)),
    box(t('schedule.part_switches'), switches(this.#draft, changed)),
    ...(this.#saved ? [this.#about()] : []));
    this.#save = el('button', { type: 'submit', class: 'button primary', form: 'schedule-form' }, el('span', { text: t(this.#saved ? 'schedule.save' : 'schedule.create') }));
    this.#unsaved = el('p', { class: 'unsaved', role: 'status' });
    this.#discard = button(t('schedule.discard'), () => this.#drop());
    this.#bar = el('div', { class: 'save-bar' }, this.#unsaved, formProblem(), el('div', { class: 'actions' }, this.#discard, this.#save));
    this.#root = el('div', { class: 'stack schedule-editor' }, el('div', { class: 'editor' }, this.#form, el('div', { class: 'editor-side', role: 'group', tabindex: '0', 'aria-label': t('schedule.card') }, this.#preview.element)), this.#bar);
    this.#place.replaceChildren(this.#head(), ...this.#state(), this.#root);
    this.#mark();
    this.#runs.look(this.#draft, 0);
    this.#preview.look(this.#draft, 0);
  }

  #head() {
    const send = button(t('schedule.send_title'), () => this.#try(() => sendToMe(this.#draft)), { picture: 'person' });
    if (!this.#saved) return heading(t('schedule.new'), { about: t('schedule.new_about'), actions: [send] });
    const schedule = this.#saved;
    return heading(scheduleTitle(schedule), {
      about: t('schedule.about', { when: schedule.when, chat: schedule.chat_name || schedule.chat_id }),
      actions: [
        button(t('schedule.run_now'), () => runNow(schedule, { unsaved: this.#isChanged(), signal: this.#signal }), { picture: 'send' }), send,
        schedule.state === 'active' && button(t('schedule.pause'), async () => this.#switched(await pause(schedule))),
        buttonLink(t('schedule.duplicate'), pageAddress('/admin/schedules/new', { copy: schedule.id })),
        button(t('schedule.delete'), () => erase(schedule, () => this.#forget(), this.#signal), { kind: 'quiet' }),
      ].filter(Boolean),
    });
  }

  /** What keeps the schedule from running, and the way out. */
  #state() {
    const schedule = this.#saved;
    if (!schedule || schedule.state === 'active') return [];
    const again = button(t('schedule.resume'), async () => this.#switched(await resume(schedule)), { small: true });
    if (schedule.state === 'disabled') return [notice('danger', el('p', { text: t('schedule.is_disabled', { reason: schedule.disabled_reason_text }) }), again)];
    const words = schedule.enabled ? t('schedule.is_paused', { date: date(schedule.paused_until) }) : t('schedule.is_off');
    return [notice('warning', el('p', { text: words }), again)];
  }

  /** Who made it and when, how it went last, and where to read more. */
  #about() {
    const schedule = this.#saved;
    const { timezone } = this.#settings;
    const own = usableZone(schedule.timezone, timezone);
    const last = schedule.last_delivery;
    return box(t('schedule.part_about'),
      facts([
        [t('schedule.next_run'), schedule.next_run_at ? el('span', {}, instant(schedule.next_run_at, own), ` · ${own}`) : t('schedule.no_next')],
        [t('schedule.last_delivery'), last ? pageLink(`/admin/deliveries/${encodeURIComponent(last.id)}`, badge(last.status), ' ', instant(last.scheduled_for, own)) : t('schedule.no_last')],
        [t('schedule.made_by'), el('bdi', { text: schedule.created_by })],
        [t('schedule.made_at'), instant(schedule.created_at, timezone)],
        [t('schedule.changed_at'), instant(schedule.updated_at, timezone)],
        [t('schedule.number'), `#${schedule.number}`],
        [t('schedule.id'), el('span', { class: 'mono', text: schedule.id })],
      ]),
      el('p', { class: 'faint', text: t('schedule.zone_of_times', { zone: timezone }) }),
      el('p', { class: 'links' },
        pageLink(pageAddress('/admin/deliveries', { schedule_id: schedule.id }), t('schedule.deliveries')),
        pageLink(pageAddress('/admin/audit', { object: `schedule/${schedule.id}` }), t('schedule.audit'))));
  }

  #isChanged() {
    return differing(this.#base, this.#draft).length > 0;
  }

  /**
   * Goes on after it was paused or resumed, null for neither. What is not saved stays,
   * and is still told from what it was when it was changed here.
   */
  #switched(schedule) {
    if (!schedule) return;
    const mine = differing(this.#base, this.#draft).filter((name) => !['enabled', 'paused_until'].includes(name));
    this.#adopt(schedule, mine, picked(this.#base, mine));
  }

  /** Keeps what is not saved for this window. */
  #keep() {
    const kept = { base: this.#base, draft: this.#draft, mayBeMade: this.#mayBeMade };
    if (this.#isChanged() || this.#mayBeMade) drafts.keep(this.#kept, kept);
    else drafts.forget(this.#kept);
  }

  /** Takes over that fields of the draft were changed. */
  #changed(names) {
    for (const name of ['', ...names]) delete this.#refused[name];
    this.#keep();
    this.#mark();
    this.#runs.look(this.#draft);
    this.#preview.look(this.#draft);
  }

  /** Shows whether there is something to save. */
  #mark() {
    const changed = this.#isChanged();
    this.#bar.hidden = Boolean(this.#saved) && !changed;
    this.#discard.hidden = !changed;
    const words = t(this.#saved ? 'schedule.unsaved' : changed ? 'schedule.unmade_draft' : 'schedule.unmade');
    if (this.#unsaved.textContent !== words) this.#unsaved.textContent = words;
  }

  /** Shows what is wrong while somebody types, who is left where they are. */
  #say(problems) {
    showProblems(this.#root, { ...this.#refused, ...problems }, { focus: false });
  }

  #store() {
    return this.#try(() => (this.#saved ? this.#update() : this.#create()));
  }

  async #create() {
    if (this.#mayBeMade && !await this.#sureToRepeat()) return;
    const sent = { ...this.#draft };
    try {
      this.#leaveFor(await post('/schedules', requestOf(sent)), sent);
    } catch (failure) {
      this.#mayBeMade = unanswered.includes(failure.status);
      this.#keep();
      throw failure;
    }
  }

  /** Asks before it is created again, since the first time may have worked. */
  #sureToRepeat() {
    const list = pageAddress('/admin/schedules', { chat_id: this.#draft.chat_id, sort: '-created_at' });
    return confirmed({
      title: t('schedule.twice_title'), yes: t('schedule.twice_yes'),
      text: [t('schedule.twice_text'), el('p', {}, el('a', { href: list, target: '_blank', text: t('schedule.twice_look') }))],
    });
  }

  /** Goes to the schedule that was made, and takes along what was typed since. */
  #leaveFor(made, sent) {
    const since = differing(sent, this.#draft);
    const base = draftOf(made);
    drafts.forget(this.#kept);
    if (since.length > 0) drafts.keep(draftName(made.id), { base, draft: { ...base, ...picked(this.#draft, since) } });
    toast(t('schedule.created'), 'success');
    if (this.#signal.aborted) return; // somebody went elsewhere meanwhile
    guardLeaving(null);
    navigate(`/admin/schedules/${encodeURIComponent(made.id)}`, { replace: true });
  }

  async #update() {
    const sent = { ...this.#draft };
    const now = await get(routeOf(this.#saved.id), {}, this.#signal).catch((failure) => {
      if (failure.status === 404) return null;
      throw failure;
    });
    if (!now) {
      if (await confirmed({ title: t('schedule.anew_title'), text: t('schedule.anew_text'), yes: t('schedule.anew') })) await makeAnew(this.#saved.id, this.#draft);
      return;
    }
    const theirs = differing(this.#base, draftOf(now));
    const answer = theirs.length === 0 ? 'save' : await scheduleChanged(this.#base, sent, now, this.#settings);
    if (answer === 'theirs') this.#adopt(now);
    if (answer !== 'save') return;
    const saved = await patch(routeOf(this.#saved.id), requestOf(sent, differing(this.#base, sent)));
    this.#adopt(saved, differing(sent, this.#draft));
    toast(t('schedule.saved'), 'success');
  }

  /** Does something that may be refused, which is shown beside the fields. */
  async #try(work) {
    try {
      await work();
    } catch (failure) {
      if (failure.name === 'AbortError') return;
      const problems = problemsOf(failure);
      this.#refused = { ...problems };
      this.#bar.hidden = false;
      showProblems(this.#root, problems);
    }
  }

  /**
   * Goes on with the schedule as it is stored now. The fields named in mine stay as
   * they were typed, told from the values in base where it has them.
   */
  #adopt(schedule, mine = [], base = {}) {
    this.#saved = schedule;
    this.#draft = { ...draftOf(schedule), ...picked(this.#draft, mine) };
    this.#base = { ...draftOf(schedule), ...base };
    this.#refused = {};
    this.#keep();
    if (this.#signal.aborted) return; // somebody went elsewhere meanwhile
    const typing = this.#form.contains(document.activeElement) ? document.activeElement.name : '';
    this.draw();
    (this.#form.elements[typing] ?? this.#place.querySelector('h1')).focus({ preventScroll: true });
  }

  async #drop() {
    if (!await confirmed({ title: t('schedule.discard_title'), text: t('schedule.discard_text'), yes: t('schedule.discard'), danger: true })) return;
    this.#draft = { ...this.#base };
    this.#refused = {};
    this.#mayBeMade = false;
    drafts.forget(this.#kept);
    if (this.#saved) this.#adopt(this.#saved);
    else this.draw();
  }

  #forget() {
    drafts.forget(this.#kept);
    if (!this.#signal.aborted) guardLeaving(null);
  }
}
