package outbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"huibao/templates"
)

// memory is a Store and Slots in memory.
type memory struct {
	mu      sync.Mutex
	records map[string]Record
	history []Record // every state written, in order
	waits   []time.Duration
	failAt  int // the n-th save fails, 0 for never
	saves   int
	slow    time.Duration // how long a save takes
}

func (m *memory) CreateRecord(_ context.Context, message Message, working bool) (Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if record, ok := m.records[message.ID]; ok {
		return record, nil
	}
	record := Record{Message: message, State: Open, Working: working}
	m.records[message.ID] = record
	return record, nil
}

func (m *memory) FindRecord(_ context.Context, _, id string) (Record, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	record, ok := m.records[id]
	return record, ok, nil
}

func (m *memory) SaveRecord(_ context.Context, record Record) error {
	<-time.After(m.slow)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.saves++
	if m.saves == m.failAt {
		return errors.New("the disk is full")
	}
	m.records[record.ID] = record
	m.history = append(m.history, record)
	return nil
}

func (m *memory) DeleteRecordsBefore(context.Context, time.Time) (int, error) { return 0, nil }

func (m *memory) TakeSlot(context.Context, Message, time.Time) (time.Duration, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.waits) == 0 {
		return 0, nil
	}
	wait := m.waits[0]
	m.waits = m.waits[1:]
	return wait, nil
}

// platform is a Sender that drops repeats of a uuid and fails as scripted. An
// entry of the script may post and still fail, as a cut connection does.
type platform struct {
	mu     sync.Mutex
	script []scripted
	calls  []call
	posted map[string]call // by uuid
	order  []string        // uuids posted
	now    func() time.Time
}

type scripted struct {
	err   error
	posts bool
}

type call struct {
	verb, target, uuid, body string
	at                       time.Time
}

func (p *platform) do(verb, target, uuid string, content templates.Content) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	made := call{verb, target, uuid, content.Body, p.now()}
	p.calls = append(p.calls, made)
	step := scripted{posts: true}
	if len(p.script) > 0 {
		step, p.script = p.script[0], p.script[1:]
	}
	if step.posts && uuid != "" {
		if _, repeat := p.posted[uuid]; !repeat {
			p.posted[uuid] = made
			p.order = append(p.order, uuid)
		}
	}
	if step.err != nil {
		return "", step.err
	}
	return "om_" + uuid, nil
}

func (p *platform) Send(_ context.Context, _, chatID string, content templates.Content, uuid string) (string, error) {
	return p.do("send", chatID, uuid, content)
}

func (p *platform) Reply(_ context.Context, _, messageID string, content templates.Content, uuid string) (string, error) {
	return p.do("reply", messageID, uuid, content)
}

func (p *platform) Update(_ context.Context, _, messageID string, content templates.Content) error {
	_, err := p.do("update", messageID, "", content)
	return err
}

func failure(outcome Outcome, wait time.Duration) error {
	return fmt.Errorf("call: %w", &Failure{Outcome: outcome, Code: 1, Wait: wait, Err: errors.New("scripted")})
}

func newOutbox(script ...scripted) (*Outbox, *memory, *platform) {
	store := &memory{records: map[string]Record{}}
	sender := &platform{script: script, posted: map[string]call{}, now: time.Now}
	logger := logrus.New()
	logger.SetOutput(io.Discard)
	return New(Options{Store: store, Slots: store, Sender: sender, Now: time.Now, Log: logrus.NewEntry(logger)}), store, sender
}

func answer() Message {
	return Message{
		ID: "answer:om_1", TenantKey: "t", ChatID: "oc_1", ReplyTo: "om_1", Class: Answer, DueAt: time.Now(),
		Rungs: []templates.Content{{MsgType: "interactive", Body: "card"}, {MsgType: "interactive", Body: "plain"}, {MsgType: "text", Body: "text"}},
	}
}

// post calls Post again and again, as the job engine does, until the end.
func post(t *testing.T, outbox *Outbox, message Message) Result {
	t.Helper()
	for range 2000 {
		result, err := outbox.Post(t.Context(), message)
		if later := (*Later)(nil); errors.As(err, &later) {
			pause := time.NewTimer(later.After)
			<-pause.C
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
	t.Fatal("the message never ended")
	return Result{}
}
