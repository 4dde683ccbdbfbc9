package e2e

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

// journal collects what a process writes, line by line.
type journal struct {
	mu      sync.Mutex
	lines   []string
	rest    []byte        // of a line that is not at its end yet
	changed chan struct{} // closed and replaced with every line
}

func newJournal() *journal { return &journal{changed: make(chan struct{})} }

// Write takes what the process wrote.
func (j *journal) Write(data []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.rest = append(j.rest, data...)
	for {
		line, rest, whole := bytes.Cut(j.rest, []byte("\n"))
		if !whole {
			return len(data), nil
		}
		j.lines, j.rest = append(j.lines, string(line)), rest
		close(j.changed)
		j.changed = make(chan struct{})
	}
}

// all is everything written so far.
func (j *journal) all() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	lines := slices.Clone(j.lines)
	if len(j.rest) > 0 {
		lines = append(lines, string(j.rest))
	}
	return lines
}

// more closes with the next line.
func (j *journal) more() <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.changed
}

// text is everything written so far.
func (j *journal) text() string { return strings.Join(j.all(), "\n") }

// tail is the end of it, for a test that fails.
func (j *journal) tail() string {
	lines := j.all()
	return strings.Join(lines[max(len(lines)-40, 0):], "\n")
}

// find returns the first line of the log with the message; false for none yet.
func (j *journal) find(message string) (map[string]any, bool) {
	for _, line := range j.all() {
		var entry map[string]any
		if strings.Contains(line, message) && json.Unmarshal([]byte(line), &entry) == nil && entry["msg"] == message {
			return entry, true
		}
	}
	return nil, false
}
