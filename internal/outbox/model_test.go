package outbox

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sirupsen/logrus"

	"huibao/templates"
)

// crash is the panic by which the process dies.
type crash struct{}

// world is a platform, a disk and a process that fail as a run of bytes says;
// when the bytes are used up nothing fails any more. It watches what a chat
// gets to see and complains about what must never happen.
type world struct {
	t       *testing.T
	bytes   []byte
	refuses byte // the rungs whose content the platform refuses, always
	working bool // the bot says first that it takes a while
	digest  bool // it is a digest, no answer

	due      time.Time
	recalled bool             // nobody can reply to the message any more
	gone     bool             // the working card was removed
	updated  bool             // the working card was to be replaced
	shown    []*shown         // every message ever posted
	doubt    map[string]doubt // by uuid: it may have been posted, for all the bot knows
	first    map[string]time.Time
}

// shown is a message in the chat.
type shown struct {
	uuid, body string
	at         time.Time
	answers    bool // it has shown an answer at some time
}

// doubt is what the bot knows of a uuid.
type doubt struct {
	since time.Time
	body  string
}

// next is the next byte, reduced to n choices.
func (w *world) next(n int) int {
	if len(w.bytes) == 0 {
		return 0
	}
	b := w.bytes[0]
	w.bytes = w.bytes[1:]
	return int(b) % n
}

// refusesBody says whether the platform refuses the content.
func (w *world) refusesBody(body string) bool {
	bit := map[string]byte{"card": 1, "plain": 2, "text": 4, "working": 8}[body]
	return w.refuses&bit != 0
}

// called holds a call against the rules before the platform acts on it.
func (w *world) called(uuid, body string) {
	now := time.Now()
	if first, again := w.first[uuid]; !again {
		w.first[uuid] = now
		// An attempt written down just in time, before which the process died,
		// still has its 50 minutes.
		if now.Sub(w.due) > 12*time.Hour+50*time.Minute {
			w.t.Errorf("a first attempt %s after it was due", now.Sub(w.due))
		}
	} else if known, open := w.doubt[uuid]; open && now.Sub(known.since) > 50*time.Minute {
		w.t.Errorf("a repeat %s after an attempt of unknown outcome (first attempt %s)", now.Sub(known.since), first)
	}
	for other, known := range w.doubt {
		// Once the working card was to be replaced, the bot knew it to be there.
		if other != uuid && (known.body != "working" || !w.updated) {
			w.t.Errorf("%s is tried although %s may have been posted", body, known.body)
		}
	}
	if _, open := w.doubt[uuid]; !open {
		w.doubt[uuid] = doubt{now, body}
	}
}

// post acts on a call that posts.
func (w *world) post(reply bool, uuid, body string) (string, error) {
	w.called(uuid, body)
	id, err := w.decide(reply, uuid, body)
	if err == nil {
		return id, nil
	}
	switch FailureOf(err).Outcome {
	case OutcomeUnknown:
	case OutcomeContent:
		delete(w.doubt, uuid)
	default: // it speaks for this attempt only
		if w.doubt[uuid].since.Equal(time.Now()) {
			delete(w.doubt, uuid)
		}
	}
	return "", err
}

// decide is what becomes of a call that posts.
func (w *world) decide(reply bool, uuid, body string) (string, error) {
	act := func() (string, error) {
		switch {
		case reply && w.recalled:
			return "", failure(OutcomeReply, 0)
		case w.refusesBody(body):
			return "", failure(OutcomeContent, 0)
		}
		return w.show(uuid, body), nil
	}
	switch w.next(12) {
	case 1:
		if _, err := act(); err != nil {
			return "", failure(OutcomeUnknown, 0)
		}
		return "", failure(OutcomeUnknown, 0)
	case 2:
		return "", failure(OutcomeUnknown, 0)
	case 3:
		return "", failure(OutcomeUnsent, 0)
	case 4:
		return "", failure(OutcomeLater, time.Duration(w.next(256))*3*time.Minute)
	case 5:
		return "", failure([]Outcome{OutcomeTarget, OutcomeGone, OutcomeTenant}[w.next(3)], 0)
	case 6:
		return "", failure(OutcomeOther, 0)
	case 7:
		panic(crash{})
	case 8:
		_, _ = act()
		panic(crash{})
	case 9:
		w.recalled = true
	}
	return act()
}

// show puts a message into the chat unless its uuid was there within the hour.
func (w *world) show(uuid, body string) string {
	for _, message := range w.shown {
		if message.uuid == uuid && time.Since(message.at) < time.Hour {
			return "om_" + uuid
		}
	}
	w.shown = append(w.shown, &shown{uuid, body, time.Now(), body != "working"})
	return "om_" + uuid
}

// Send posts to the chat.
func (w *world) Send(_ context.Context, _, _ string, content templates.Content, uuid string) (string, error) {
	return w.post(false, uuid, content.Body)
}

// Reply answers the message.
func (w *world) Reply(_ context.Context, _, _ string, content templates.Content, uuid string) (string, error) {
	return w.post(true, uuid, content.Body)
}

// Update replaces a card.
func (w *world) Update(_ context.Context, _, messageID string, content templates.Content) error {
	if content.MsgType != "interactive" {
		w.t.Errorf("a card is replaced by %s", content.MsgType)
	}
	w.updated = true
	act := func() error {
		if w.gone {
			return failure(OutcomeReply, 0)
		}
		if w.refusesBody(content.Body) {
			return failure(OutcomeContent, 0)
		}
		for _, message := range w.shown {
			if "om_"+message.uuid == messageID {
				message.body, message.answers = content.Body, true
				return nil
			}
		}
		w.t.Errorf("there is no message %s to replace", messageID)
		return nil
	}
	switch w.next(12) {
	case 1:
		_ = act()
		return failure(OutcomeUnknown, 0)
	case 2:
		return failure(OutcomeUnknown, 0)
	case 3:
		return failure(OutcomeUnsent, 0)
	case 4:
		return failure(OutcomeLater, time.Duration(w.next(256))*3*time.Minute)
	case 5:
		return failure(OutcomeTarget, 0)
	case 6:
		return failure(OutcomeOther, 0)
	case 7:
		panic(crash{})
	case 8, 10:
		_ = act()
		panic(crash{})
	case 9:
		w.gone = true
	}
	return act()
}

// disk is a store that fails as the world says: before or after a record was
// written, with an error or with the death of the process.
type disk struct {
	*memory
	w *world
}

var errDisk = errors.New("the disk is full")

// around runs a write with what befalls it.
func (d disk) around(write func()) error {
	switch d.w.next(16) {
	case 1:
		return errDisk
	case 2:
		write()
		return errDisk
	case 3:
		panic(crash{})
	case 4:
		write()
		panic(crash{})
	case 5:
		<-time.After(time.Second)
	}
	write()
	return nil
}

func (d disk) CreateRecord(ctx context.Context, message Message, working bool) (record Record, err error) {
	failed := d.around(func() { record, err = d.memory.CreateRecord(ctx, message, working) })
	return record, errors.Join(err, failed)
}

func (d disk) SaveRecord(ctx context.Context, record Record) (err error) {
	failed := d.around(func() { err = d.memory.SaveRecord(ctx, record) })
	return errors.Join(err, failed)
}

func (d disk) TakeSlot(context.Context, Message, time.Time) (time.Duration, error) {
	if d.w.next(8) == 1 {
		return time.Duration(d.w.next(100)) * time.Second, nil
	}
	return 0, nil
}

// act does what the bot does with a stored event, until the process dies.
func (w *world) act(ctx context.Context, outbox *Outbox, message Message) (result Result, err error) {
	defer func() {
		if value := recover(); value != nil {
			if _, died := value.(crash); !died {
				panic(value)
			}
			err = errors.New("the process died")
		}
	}()
	progress, result, err := outbox.Resume(ctx, message.TenantKey, message.ID)
	if err != nil || progress == Ended {
		return result, err
	}
	if w.working {
		card := message
		card.Rungs = working().Rungs
		_, _ = outbox.PostWorking(ctx, card) // best effort, as the bot does it
	}
	return outbox.Post(ctx, message)
}

// live drives one message to its end, as the job engine does: after an error a
// little later, after a Later when it says, sometimes much later.
func (w *world) live(message Message) Result {
	logger := logrus.New()
	logger.SetOutput(io.Discard)
	store := disk{&memory{records: map[string]Record{}}, w}
	for range 5000 {
		outbox := New(Options{Store: store, Slots: store, Sender: w, Now: time.Now, Log: logrus.NewEntry(logger)})
		result, err := w.act(w.t.Context(), outbox, message)
		if err == nil {
			return result
		}
		wait := time.Second
		if later := (*Later)(nil); errors.As(err, &later) {
			wait = later.After
		}
		if w.next(10) == 1 {
			wait += time.Duration(w.next(180)) * time.Minute
		}
		<-time.After(wait)
	}
	w.t.Error("the message never ended")
	return Result{}
}

// check drives one message through a world and holds its end against what the
// chat has seen.
func check(t *testing.T, data []byte) (state State) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, bytes: data, due: time.Now(), doubt: map[string]doubt{}, first: map[string]time.Time{}}
		w.refuses, w.working, w.digest = byte(w.next(16)), w.next(3) == 1, w.next(3) == 1
		message := answer()
		if w.digest {
			message.Class, message.ReplyTo, w.working = Digest, "", false
		}
		result := w.live(message)
		state = result.State
		answers := 0
		for _, message := range w.shown {
			if message.answers {
				answers++
			}
		}
		least, most := 0, 1
		switch {
		case result.State == Sent:
			least = 1
		case result.State != Lost:
			most = 0
		}
		if answers < least || answers > most {
			t.Errorf("the chat saw %d answers, and the end is %s (%s)", answers, result.State, result.Reason)
		}
		if len(w.shown) > 1 && !w.working || len(w.shown) > 2 {
			t.Errorf("the chat saw %d messages", len(w.shown))
		}
	})
	return state
}

// Whatever fails and whenever the process dies, a chat sees a message once or
// not at all, never a plainer one beside one that may be there, and the record
// tells the truth.
func TestExactlyOnceWhateverFails(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 11))
	ends := map[State]int{}
	for i := range 4000 {
		data := make([]byte, random.IntN(100))
		for j := range data {
			data[j] = byte(random.UintN(256))
		}
		if ends[check(t, data)]++; t.Failed() {
			t.Fatalf("run %d failed with %q", i, data)
		}
	}
	for _, state := range []State{Sent, Refused, Expired, Lost} {
		if ends[state] == 0 {
			t.Errorf("no run ended %s, so the runs prove little: %v", state, ends)
		}
	}
	if len(ends) != 4 {
		t.Errorf("runs ended in a state that is none: %v", ends)
	}
}

func FuzzExactlyOnce(f *testing.F) {
	for _, seed := range []string{"", "\x00\x00\x00\x01", "\x01\x00\x00\x00\x08", "\x0f\x01\x00\x00\x04\x05", "\x03\x01\x00\x00\x00\x00\x00\x02\x07"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 400 {
			return
		}
		check(t, data)
	})
}
