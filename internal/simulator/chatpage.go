package simulator

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// What the page gets at first: so many chats, in the order they were made, and
// so many messages of each.
const (
	pageChats    = 100
	pageMessages = 200
)

// streamed is one thing that happened, for the page.
type streamed struct {
	kind string // message or update, with the message; chats, with null: people or chats are others now
	data []byte
}

// stream tells the pages that listen. One that is too slow is cut off: it
// comes back and loads what it missed. The lock is held.
func (s *Server) stream(kind string, message *Message) {
	if len(s.listeners) == 0 {
		return
	}
	data, err := json.Marshal(message)
	if err != nil {
		panic(err) // messages are made of texts and valid JSON
	}
	for listener := range s.listeners {
		select {
		case listener <- streamed{kind, data}:
		default:
			delete(s.listeners, listener)
			close(listener)
		}
	}
}

// ChatPage serves the page and the API it uses. It answers only requests to a
// loopback address from its own pages, since it lets anybody write as anybody.
func (s *Server) ChatPage(assets fs.FS) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(assets))
	mux.HandleFunc("GET /api/state", s.pageState)
	mux.HandleFunc("GET /api/events", s.pageEvents)
	mux.HandleFunc("GET /api/chats/{chat_id}/messages", s.pageMessages)
	mux.HandleFunc("POST /api/chats/{chat_id}/messages", s.pageWrite)
	mux.HandleFunc("POST /api/callback", s.pageClick)
	mux.HandleFunc("GET /api/files/{file_key}", s.pageFile)
	guarded := http.NewCrossOriginProtection().Handler(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !loopback(r.Host) {
			http.Error(w, "only on a loopback address", http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Security-Policy",
			"default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-cache")
		guarded.ServeHTTP(w, r)
	})
}

// loopback reports whether a host is this machine: a name of elsewhere that
// leads here is a trick.
func loopback(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	address := net.ParseIP(strings.Trim(name, "[]"))
	return name == "localhost" || address != nil && address.IsLoopback()
}

// pageState is what the page shows around the messages.
func (s *Server) pageState(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	home, people := s.home, make([]any, 0, len(s.people))
	for _, person := range s.people {
		people = append(people, map[string]any{
			"open_id": person.OpenID, "name": person.Name, "external": person.TenantKey != home.key, "role": s.role(person),
		})
	}
	commands := s.options.Commands
	if commands == nil {
		commands = []Command{}
	}
	ids := s.chatOrder[:min(len(s.chatOrder), pageChats)]
	chats := make([]any, 0, len(ids))
	for _, id := range ids {
		chat := s.chats[id]
		chats = append(chats, map[string]any{
			"chat_id": id, "name": chat.Name, "chat_mode": chat.Mode, "external": chat.External, "member_count": len(chat.Members),
			"members": chat.Members,
		})
	}
	answerPage(w, http.StatusOK, map[string]any{
		"simulation": true, "tenant": map[string]string{"name": home.name},
		"bot": map[string]string{"open_id": home.botID, "name": s.options.BotName}, "people": people, "chats": chats,
		"callbacks": s.options.CallbackURL != "", "commands": commands, "now": s.clock.Now().Format(time.RFC3339),
	})
}

// role is what a person is to the organisation: guest, admin or member.
func (s *Server) role(person Person) string {
	switch {
	case person.TenantKey != s.options.TenantKey:
		return "guest"
	case person.OpenID == AdminID:
		return "admin"
	}
	return "member"
}

// pageMessages are a chat's messages.
func (s *Server) pageMessages(w http.ResponseWriter, r *http.Request) {
	messages := s.Messages(r.PathValue("chat_id"))
	messages = messages[max(len(messages)-pageMessages, 0):]
	if messages == nil {
		messages = []Message{}
	}
	answerPage(w, http.StatusOK, map[string]any{"items": messages})
}

// pageWrite has a person write a message.
func (s *Server) pageWrite(w http.ResponseWriter, r *http.Request) {
	var request struct {
		Sender string `json:"sender"`
		Text   string `json:"text"`
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, textLimit))
	if err != nil || json.Unmarshal(body, &request) != nil || strings.TrimSpace(request.Text) == "" {
		answerPage(w, http.StatusBadRequest, map[string]string{"error": "a message has a sender and a text"})
		return
	}
	s.mu.Lock()
	_, known := s.chats[r.PathValue("chat_id")]
	s.mu.Unlock()
	if !known {
		answerPage(w, http.StatusNotFound, map[string]string{"error": "there is no such chat"})
		return
	}
	answerPage(w, http.StatusCreated, s.SendText(r.PathValue("chat_id"), request.Sender, request.Text, TextOptions{}))
}

// pageClick has a person act on a card: the body is a Click, the answer its
// ClickResult.
func (s *Server) pageClick(w http.ResponseWriter, r *http.Request) {
	var click Click
	body, err := io.ReadAll(io.LimitReader(r.Body, textLimit))
	if err != nil || json.Unmarshal(body, &click) != nil {
		answerPage(w, http.StatusBadRequest, map[string]string{"error": "that is no click on a card"})
		return
	}
	result, err := s.Click(click)
	if err != nil {
		answerPage(w, http.StatusUnprocessableEntity, map[string]string{"error": err.Error()})
		return
	}
	answerPage(w, http.StatusOK, result)
}

// pageFile downloads a file that was sent.
func (s *Server) pageFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	file, known := s.files[r.PathValue("file_key")]
	s.mu.Unlock()
	if !known {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	_, _ = w.Write(file.Content) // the page may be gone
}

// keepAlive is how often the stream says that it is there.
const keepAlive = 15 * time.Second

// reconnectAfter is how long a page whose stream broke waits.
const reconnectAfter = time.Second

// pageEvents streams what happens. A page that comes back reloads what it
// missed, so events carry only a count.
func (s *Server) pageEvents(w http.ResponseWriter, r *http.Request) {
	listener := make(chan streamed, 256)
	s.mu.Lock()
	s.listeners[listener] = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.listeners, listener)
		s.mu.Unlock()
	}()
	w.Header().Set("Content-Type", "text/event-stream")
	_, _ = fmt.Fprintf(w, "retry: %d\n\n", reconnectAfter.Milliseconds()) // Flush tells whether the page is gone
	control := http.NewResponseController(w)
	ticker := time.NewTicker(keepAlive)
	defer ticker.Stop()
	for id := 1; ; id++ {
		if control.Flush() != nil {
			return
		}
		select {
		case event, listening := <-listener:
			if !listening {
				return
			}
			_, _ = fmt.Fprintf(w, "id: %s\nevent: %s\ndata: %s\n\n", strconv.Itoa(id), event.kind, event.data)
		case <-ticker.C:
			_, _ = fmt.Fprint(w, ": here\n\n")
		case <-r.Context().Done():
			return
		case <-s.ctx.Done():
			return
		}
	}
}

// answerPage writes JSON.
func answerPage(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) //nolint:errchkjson // bodies are made of texts and lists, and the page may be gone
}
