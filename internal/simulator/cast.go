package simulator

import "fmt"

// Person is somebody who can write.
type Person struct {
	OpenID      string `json:"open_id"`
	Name        string `json:"name"`
	TenantKey   string `json:"tenant_key"`
	Unavailable bool   `json:"unavailable"` // outside the app's availability range, or resigned: 230013
	Blocked     bool   `json:"blocked"`     // has stopped the bot: 230053
}

// The cast's ids, for tests. In further tenants Tenant.ID tells them.
const (
	GroupID        = "oc_group"
	PrivateID      = "oc_private" // of the member
	AdminPrivateID = "oc_private_admin"
	ExternalID     = "oc_external"
	MemberID       = "ou_member"
	AdminID        = "ou_admin"
	GuestID        = "ou_guest"
)

// homeName is what the first tenant is called.
const homeName = "Simulated organisation"

// hostileID is somebody whose name is markup.
const hostileID = "ou_hostile"

// Names are long and in two scripts.
const (
	groupName    = "产品团队 Product"  //nolint:gosmopolitan // a group has any name
	externalName = "Partners 合作伙伴" //nolint:gosmopolitan // likewise
	memberName   = "李雷"            //nolint:gosmopolitan // likewise
)

// cast fills in people and chats.
func (t *Tenant) cast() {
	for _, person := range []Person{
		{OpenID: MemberID, Name: memberName}, {OpenID: AdminID, Name: "Ada Chen"}, {OpenID: GuestID, Name: "Guest Müller", TenantKey: "tenant_guest"},
		{OpenID: hostileID, Name: `<b>Bob</b> & "Co"`},
	} {
		person.OpenID, person.Name = t.ID(person.OpenID), t.called(person.Name)
		t.AddPerson(person)
	}
	member, admin, hostile := t.ID(MemberID), t.ID(AdminID), t.ID(hostileID)
	t.AddChat(Chat{ChatID: t.ID(GroupID), Name: t.called(groupName), Mode: "group", OwnerID: admin, Members: []string{member, admin, hostile}, BotIn: true})
	for _, private := range [][2]string{{PrivateID, member}, {AdminPrivateID, admin}, {"oc_private_hostile", hostile}} { // none across tenants
		t.AddChat(Chat{ChatID: t.ID(private[0]), Mode: "p2p", Members: []string{private[1]}, BotIn: true})
	}
	t.AddChat(Chat{
		ChatID: t.ID(ExternalID), Name: t.called(externalName), Mode: "group", External: true, OwnerID: admin,
		Members: []string{member, admin, t.ID(GuestID)}, BotIn: true,
	})
}

// AddPerson adds or replaces somebody, of this tenant unless it says otherwise.
func (t *Tenant) AddPerson(person Person) {
	setDefault(&person.TenantKey, t.key)
	setDefault(&person.Name, person.OpenID)
	s := t.server
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.stream("chats", nil)
	if at, known := s.personAt[person.OpenID]; known {
		s.people[at] = person
		return
	}
	s.personAt[person.OpenID] = len(s.people)
	s.people = append(s.people, person)
}

// person finds somebody; a stranger is of this tenant. The lock is held.
func (t *Tenant) person(openID string) Person {
	if at, known := t.server.personAt[openID]; known {
		return t.server.people[at]
	}
	return Person{OpenID: openID, Name: openID, TenantKey: t.key}
}

// personIDs are somebody's ids as events carry them.
func personIDs(openID string) map[string]string {
	return map[string]string{"open_id": openID, "union_id": unionID(openID)}
}

// unionID is the union_id that goes with an open_id.
func unionID(openID string) string { return "on_" + openID }

// AddChat adds or replaces a chat, of this tenant unless it says otherwise.
func (t *Tenant) AddChat(chat Chat) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.addChat(chat)
	t.server.stream("chats", nil)
}

// addChat is AddChat with the lock held.
func (t *Tenant) addChat(chat Chat) {
	s := t.server
	setDefault(&chat.TenantKey, t.key)
	setDefault(&chat.BotTenantKey, t.key)
	if _, known := s.chats[chat.ChatID]; !known {
		s.chatOrder = append(s.chatOrder, chat.ChatID)
	}
	s.chats[chat.ChatID] = &chat
}

// AddChats adds so many groups of which the bot is a member, and returns their
// ids: the prefix and a number.
func (t *Tenant) AddChats(count int, prefix string) []string {
	ids := make([]string, count)
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range ids {
		ids[i] = fmt.Sprintf("%s%05d", prefix, i+1)
		t.addChat(Chat{
			ChatID: ids[i], Name: t.called(fmt.Sprintf("Group %d", i+1)), Mode: "group", OwnerID: t.ID(AdminID),
			Members: []string{t.ID(MemberID), t.ID(AdminID)}, BotIn: true,
		})
	}
	t.server.stream("chats", nil)
	return ids
}

// privateChat finds the bot's private chat with somebody, or makes it. The lock
// is held.
func (t *Tenant) privateChat(openID string) *Chat {
	s := t.server
	for _, id := range s.chatOrder {
		if chat := s.chats[id]; chat.Mode == "p2p" && len(chat.Members) == 1 && chat.Members[0] == openID && chat.BotTenantKey == t.key {
			return chat
		}
	}
	id := s.newID("oc_p2p_")
	t.addChat(Chat{ChatID: id, Mode: "p2p", Members: []string{openID}, BotIn: true})
	s.stream("chats", nil)
	return s.chats[id]
}
