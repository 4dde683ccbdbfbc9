package simulator

import "time"

// posted is what a uuid stands for.
type posted struct {
	message *Message
	at      time.Time
}

// uuidBook knows the uuids of the last hour.
type uuidBook struct {
	by    map[string]posted
	order []string // the oldest first
}

// find returns the message that a uuid stands for, nil for none.
func (b *uuidBook) find(uuid string, now time.Time) *Message {
	if earlier, seen := b.by[uuid]; seen && now.Sub(earlier.at) < uuidWindow {
		return earlier.message
	}
	return nil
}

// add notes a message under its uuid, if it has one, and forgets those whose
// hour is over.
func (b *uuidBook) add(message *Message, now time.Time) {
	if message.UUID == "" {
		return
	}
	for len(b.order) > 0 && now.Sub(b.by[b.order[0]].at) >= uuidWindow {
		delete(b.by, b.order[0])
		b.order = b.order[1:]
	}
	b.by[message.UUID] = posted{message, now}
	b.order = append(b.order, message.UUID)
}
