package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"huibao/internal/audit"
	"huibao/internal/fault"
	"huibao/internal/outbox"
	"huibao/internal/settings"
	"huibao/reports"
	"huibao/scheduler"
	"huibao/templates"
)

// The cast: an organisation, an admin, a member, and somebody from outside.
const (
	own, other = "tenant_own", "tenant_other"
	botID      = "ou_bot"
)

var (
	admin   = Person{OpenID: "ou_admin", TenantKey: own}
	member  = Person{OpenID: "ou_member", TenantKey: own}
	visitor = Person{OpenID: "ou_visitor", TenantKey: other}
)

// scene is a bot with everything around it in memory. It is meant for one test,
// within a synctest bubble where time matters.
type scene struct {
	t   *testing.T
	bot *Bot
	log *bytes.Buffer

	mu        sync.Mutex
	chats     map[string]Chat
	infos     map[string]ChatInfo // what the platform says of chats; others it does not know
	lookUps   int
	failures  []error // what the next look-ups come to
	reactions []string
	react     func(ctx context.Context) error
	counted   []string // "open_id chat_id" of every command counted
	limits    map[string]time.Duration
	queries   []reports.Query
	report    func(ctx context.Context, query reports.Query) (*reports.Report, error)
	records   map[string]outbox.Record
	posts     []post
	send      func(verb string) error // how a call of the platform fails
	schedules map[string]scheduler.Schedule
	gone      []string // "chat_id reason" of every chat that is gone
	unpaused  int
	uploads   []string
	// newerPress tells that every card was pressed again.
	newerPress bool
}

// chosen is what the organisation chose.
type chosen settings.Settings

func (c *chosen) Of(string) settings.Settings { return settings.Settings(*c) }

// accessOpen lets everybody of the own tenant be served, or only after a word.
func accessOpen(open bool) func(*Options) {
	return func(o *Options) {
		access := settings.AccessApproval
		if open {
			access = settings.AccessOpen
		}
		o.Settings.(*chosen).Access = access
	}
}

// fakeSchedules are the scene's schedules, as far as notices about them go. What
// else is done to schedules is tested with the real ones.
type fakeSchedules struct {
	Schedules
	scene *scene
}

func (f fakeSchedules) ChatGone(_ context.Context, _, chatID, reason string) error {
	s := f.scene
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone = append(s.gone, chatID+" "+reason)
	return nil
}

func (f fakeSchedules) Disabled(_ context.Context, tenantKey, chatID string) ([]scheduler.Schedule, error) {
	s := f.scene
	s.mu.Lock()
	defer s.mu.Unlock()
	var disabled []scheduler.Schedule
	for _, schedule := range s.schedules {
		if schedule.TenantKey == tenantKey && schedule.ChatID == chatID && !schedule.Enabled && schedule.DisabledReason != "" {
			disabled = append(disabled, schedule)
		}
	}
	return disabled, nil
}

func (f fakeSchedules) FindSchedule(_ context.Context, tenantKey, id string) (scheduler.Schedule, bool, error) {
	s := f.scene
	s.mu.Lock()
	defer s.mu.Unlock()
	schedule, ok := s.schedules[id]
	return schedule, ok && schedule.TenantKey == tenantKey, nil
}

func (f fakeSchedules) Resume(_ context.Context, _, _, id string) (scheduler.Schedule, error) {
	s := f.scene
	s.mu.Lock()
	defer s.mu.Unlock()
	schedule := s.schedules[id]
	schedule.Enabled, schedule.DisabledReason = true, ""
	s.schedules[id] = schedule
	return schedule, nil
}

func (f fakeSchedules) Unpause(context.Context, string) error {
	s := f.scene
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unpaused++
	return nil
}

// post is a message in the chat, as it looks now.
type post struct {
	verb, to, says, uuid string
	at                   time.Time
	versions             int
}

// newScene is a bot of which every chat is allowed to see everything.
func newScene(t *testing.T, change ...func(*Options)) *scene {
	t.Helper()
	s := &scene{
		t: t, log: &bytes.Buffer{}, chats: map[string]Chat{}, infos: map[string]ChatInfo{}, limits: map[string]time.Duration{},
		records: map[string]outbox.Record{}, schedules: map[string]scheduler.Schedule{},
	}
	logger := logrus.New()
	logger.SetOutput(s.log)
	logger.SetLevel(logrus.DebugLevel)
	log := logrus.NewEntry(logger)
	s.infos["oc_group"] = ChatInfo{TenantKey: own, Name: "Team", ChatMode: "group"}
	s.infos["oc_mixed"] = ChatInfo{TenantKey: own, Name: "With guests", ChatMode: "group", External: true}
	options := Options{
		Reports: s, Platform: platform{s}, Chats: s, Limiter: s, OpenIDFunc: func(string) string { return botID },
		Poster: outbox.New(outbox.Options{Store: s, Slots: s, Sender: s, Now: time.Now, Log: log}),
		Settings: &chosen{
			Locale: templates.English, Timezone: "UTC", WeekStart: "monday", Access: settings.AccessOpen, Admins: []string{admin.OpenID},
		},
		Schedules: fakeSchedules{scene: s}, Presses: s, Now: time.Now, Log: log,
	}
	for _, c := range change {
		c(&options)
	}
	s.bot = New(options)
	return s
}

// Report is the Reporter: an empty report of what was asked, unless the scene
// says otherwise.
func (s *scene) Report(ctx context.Context, query reports.Query) (*reports.Report, error) {
	s.mu.Lock()
	s.queries = append(s.queries, query)
	report := s.report
	s.mu.Unlock()
	if report != nil {
		return report(ctx, query)
	}
	return emptyReport(query), nil
}

func emptyReport(query reports.Query) *reports.Report {
	report := &reports.Report{
		TenantKey: query.TenantKey, Unit: query.Unit, Zone: query.Zone, Compare: query.Compare,
		Summary: reports.Summary{Period: query.Period, Missing: []reports.Range{query.Period.Range}},
	}
	for date := query.Period.From; date <= query.Period.To; date++ {
		report.Days = append(report.Days, reports.Day{Date: date})
	}
	return report
}

func (s *scene) FindChat(_ context.Context, tenantKey, chatID string) (Chat, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, known := s.chats[tenantKey+"/"+chatID]
	return chat, known, nil
}

func (s *scene) ChangeChat(_ context.Context, tenantKey, chatID string, _ *audit.Entry, change func(*Chat) error) (Chat, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, known := s.chats[tenantKey+"/"+chatID]
	if !known {
		chat = Chat{TenantKey: tenantKey, ChatID: chatID, External: true, State: ChatActive, Access: AccessPending}
	}
	if err := change(&chat); err != nil {
		return Chat{}, err
	}
	s.chats[tenantKey+"/"+chatID] = chat
	return chat, nil
}

func (s *scene) ListChats(context.Context, string, ChatFilter) ([]ListedChat, error) {
	return nil, errors.New("nobody lists chats")
}

// platform is the scene as the bot's Platform; FindChat has two meanings.
type platform struct{ *scene }

func (p platform) FindChat(_ context.Context, _, chatID string) (ChatInfo, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lookUps++
	if len(p.failures) > 0 {
		failure := p.failures[0]
		p.failures = p.failures[1:]
		return ChatInfo{}, failure
	}
	info, known := p.infos[chatID]
	if !known {
		return ChatInfo{}, fault.New(fault.Internal, "fault.platform.refused", nil)
	}
	return info, nil
}

func (s *scene) AddReaction(ctx context.Context, _, messageID, emoji string) error {
	s.mu.Lock()
	react := s.react
	s.mu.Unlock()
	if react != nil {
		if err := react(ctx); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reactions = append(s.reactions, messageID+" "+emoji)
	return nil
}

func (s *scene) UploadFile(_ context.Context, _, name string, _ []byte) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uploads = append(s.uploads, name)
	return "file_" + name, nil
}

func (s *scene) NewerPress(context.Context, string, string, time.Time) (bool, error) {
	return s.newerPress, nil
}

func (s *scene) TakeCommand(_ context.Context, _, openID, chatID string, _ time.Time) (time.Duration, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counted = append(s.counted, openID+" "+chatID)
	return max(s.limits[openID], s.limits[chatID]), nil
}

func (s *scene) CreateRecord(ctx context.Context, message outbox.Message, working bool) (outbox.Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ctx.Err() != nil {
		return outbox.Record{}, ctx.Err()
	}
	record, known := s.records[message.ID]
	if !known {
		record = outbox.Record{Message: message, State: outbox.Open, Working: working}
		s.records[message.ID] = record
	}
	return record, nil
}

func (s *scene) FindRecord(_ context.Context, _, id string) (outbox.Record, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	record, known := s.records[id]
	return record, known, nil
}

func (s *scene) SaveRecord(_ context.Context, record outbox.Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records[record.ID] = record
	return nil
}

func (s *scene) DeleteRecordsBefore(context.Context, time.Time) (int, error) { return 0, nil }

func (s *scene) TakeSlot(context.Context, outbox.Message, time.Time) (time.Duration, error) {
	return 0, nil
}

// call is one call of the platform's message endpoints.
func (s *scene) call(verb, to, uuid string, content templates.Content) (string, error) {
	s.mu.Lock()
	send := s.send
	s.mu.Unlock()
	if send != nil {
		if err := send(verb); err != nil {
			return "", err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.posts {
		if verb == "update" && "om_"+s.posts[i].uuid == to {
			s.posts[i].says, s.posts[i].versions = spoken(content.Body), s.posts[i].versions+1
			return "", nil
		}
		if verb != "update" && s.posts[i].uuid == uuid {
			return "om_" + uuid, nil
		}
	}
	s.posts = append(s.posts, post{verb, to, spoken(content.Body), uuid, time.Now(), 1})
	return "om_" + uuid, nil
}

func (s *scene) Send(_ context.Context, _, chatID string, content templates.Content, uuid string) (string, error) {
	return s.call("send", chatID, uuid, content)
}

func (s *scene) Reply(_ context.Context, _, messageID string, content templates.Content, uuid string) (string, error) {
	return s.call("reply", messageID, uuid, content)
}

func (s *scene) Update(_ context.Context, _, messageID string, content templates.Content) error {
	_, err := s.call("update", messageID, "", content)
	return err
}

// spoken is what a person reads of a card or text: every text in it, in order.
func spoken(body string) string {
	decoder := json.NewDecoder(strings.NewReader(body))
	var said []string
	wanted := false
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return strings.Join(said, "\n")
		}
		text, isText := token.(string)
		if isText && wanted {
			said = append(said, text)
		}
		wanted = isText && !wanted && (text == "content" || text == "text")
	}
}

// message is a message of a member in a private chat.
func message(text string) Message {
	return Message{
		MessageID: "om_1", ChatID: "oc_private", ChatType: "p2p", MessageType: "text", Sender: member, SenderType: "user", Text: text,
		CreatedAt: time.Now(), UpdatedAt: time.Now(),
	}
}

// inGroup is a message in a group that mentions the bot.
func inGroup(chatID, text string) Message {
	m := message("@_user_1 " + text)
	m.ChatID, m.ChatType = chatID, "group"
	m.Mentions = []Mention{{Key: "@_user_1", OpenID: botID, Name: "huibao", Type: "bot"}}
	return m
}

// by is the message of somebody else.
func by(person Person, m Message) Message {
	m.Sender = person
	return m
}

// event is the message as an event stored now.
func event(m Message) Event {
	return Event{EventID: "ev_" + m.MessageID, Type: EventMessage, TenantKey: own, ReceivedAt: time.Now(), Message: &m}
}

// handle has the bot act on an event, again and again as the job engine does
// while it asks to come back.
func (s *scene) handle(e Event) {
	s.t.Helper()
	for range 5000 {
		err := s.bot.Handle(s.t.Context(), e)
		if wait, ok := errors.AsType[*outbox.Later](err); ok {
			<-time.After(wait.After)
			continue
		}
		if err != nil {
			s.t.Fatal(err)
		}
		return
	}
	s.t.Fatal("the event is never done with")
}

// only is the one message the bot posted, besides the requests to the admin.
func (s *scene) only() post {
	s.t.Helper()
	posts := slices.DeleteFunc(slices.Clone(s.posts), func(p post) bool { return p.verb == "send" && p.to == admin.OpenID })
	if len(posts) != 1 {
		s.t.Fatalf("%d messages were posted, want 1: %v", len(posts), posts)
	}
	return posts[0]
}

// mustSay fails unless a message holds all of the texts.
func (p post) mustSay(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(p.says, text) {
			t.Errorf("the answer does not say %q:\n%s", text, p.says)
		}
	}
}

// kind says what sort of answer a message is, by words only that sort has.
func (p post) kind() string {
	marks := map[string]string{
		"working": templates.Text(templates.English, "working.text", nil),
		"access":  templates.Text(templates.English, "access.chat", fault.Args{"chat_id": ""}),
		"refusal": templates.Text(templates.English, "refusal.reference", fault.Args{"ref": ""}),
		"help":    templates.Text(templates.English, "help.title", nil),
		"report":  templates.Text(templates.English, "report.title", fault.Args{"period": ""}),
	}
	for _, kind := range []string{"working", "access", "refusal", "help", "report"} {
		if strings.Contains(p.says, strings.TrimSpace(marks[kind])) {
			return kind
		}
	}
	return fmt.Sprintf("unknown: %.200s", p.says)
}

// words are the text of a key, in the language of the scene.
func words(key string) string { return templates.Text(templates.English, key, nil) }
