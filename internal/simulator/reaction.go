package simulator

import (
	"slices"
	"time"
)

// emoted is one reaction of the app.
type emoted struct {
	emoji string
	at    time.Time
}

// emojis are the words of reactions, which tell capitals apart. Source:
// im-v1/message-reaction/emojis-introduce.
var emojis = set(`OK THUMBSUP THANKS MUSCLE FINGERHEART APPLAUSE FISTBUMP JIAYI DONE SMILE BLUSH LAUGH SMIRK LOL FACEPALM LOVE
WINK PROUD WITTY SMART SCOWL THINKING SOB CRY ERROR NOSEPICK HAUGHTY SLAP SPITBLOOD TOASTED GLANCE DULL INNOCENTSMILE JOYFUL WOW TRICK
YEAH ENOUGH TEARS EMBARRASSED KISS SMOOCH DROOL OBSESSED MONEY TEASE SHOWOFF COMFORT CLAP PRAISE STRIVE XBLUSH SILENT WAVE WHAT FROWN
SHY DIZZY LOOKDOWN CHUCKLE WAIL CRAZY WHIMPER HUG BLUBBER WRONGED HUSKY SHHH SMUG ANGRY HAMMER SHOCKED TERROR PETRIFIED SKULL SWEAT
SPEECHLESS SLEEP DROWSY YAWN SICK PUKE BETRAYED HEADSET EatingFood MeMeMe Sigh Typing Lemon Get LGTM OnIt OneSecond VRHeadset
YouAreTheBest SALUTE SHAKE HIGHFIVE UPPERLEFT ThumbsDown SLIGHT TONGUE EYESCLOSED RoarForYou CALF BEAR BULL RAINBOWPUKE ROSE HEART PARTY
LIPS BEER CAKE GIFT CUCUMBER Drumstick Pepper CANDIEDHAWS BubbleTea Coffee Yes No OKR CheckMark CrossMark MinusOne Hundred AWESOMEN Pin
Alarm Loudspeaker Trophy Fire BOMB Music XmasTree Snowman XmasHat FIREWORKS 2022 REDPACKET FORTUNE LUCK FIRECRACKER StickyRiceBalls
HEARTBROKEN POOP StatusFlashOfInspiration 18X CLEAVER Soccer Basketball GeneralDoNotDisturb Status_PrivateMessage GeneralInMeetingBusy
StatusReading StatusInFlight GeneralBusinessTrip GeneralWorkFromHome StatusEnjoyLife GeneralTravellingCar StatusBus GeneralSun
GeneralMoonRest MoonRabbit Mooncake JubilantRabbit TV Movie Pumpkin BeamingFace Delighted ColdSweat FullMoonFace Partying GoGoGo
ThanksFace SaluteFace Shrug ClownFace HappyDragon`)

// createReaction answers POST messages/:id/reactions.
func (s *Server) createReaction(c *call) answer {
	var request struct {
		ReactionType struct {
			EmojiType string `json:"emoji_type"`
		} `json:"reaction_type"`
	}
	if !c.decode(&request) || !emojis.has(request.ReactionType.EmojiType) {
		return refuse(231001, "reaction type is invalid.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	message, refusal := c.tenant.reactable(c.PathValue("message_id"))
	if refusal != nil {
		return *refusal
	}
	emoji, id := request.ReactionType.EmojiType, s.newID("re_")
	if s.reactions[message.MessageID] == nil {
		s.reactions[message.MessageID] = map[string]*emoted{}
	}
	s.reactions[message.MessageID][id] = &emoted{emoji, c.now}
	message.react(emoji, 1)
	s.show("update", message)
	return ok(s.reaction(id, emoji, c.now))
}

// reactable finds a message that the app may react to. The lock is held.
func (t *Tenant) reactable(id string) (*Message, *answer) {
	message, known := t.message(id)
	if !known || message.Deleted {
		return nil, refused(231003, "The message is not found, maybe not exist or deleted.")
	}
	switch chat := t.server.chats[message.ChatID]; {
	case chat == nil:
		return nil, refused(231004, "The chat in which the message exists is not found, maybe not exist, deleted or archived.")
	case chat.Dissolved:
		return nil, refused(232009, "Your request specifies a chat which has already been dissolved.")
	case !chat.BotIn:
		return nil, refused(231002, "The operator has no permission to react on the specific message.")
	}
	return message, nil
}

// reaction describes a reaction of the app.
func (s *Server) reaction(id, emoji string, at time.Time) map[string]any {
	return map[string]any{
		"reaction_id": id, "operator": map[string]string{"operator_id": s.options.AppID, "operator_type": "app"},
		"action_time": text(at.UnixMilli()), "reaction_type": map[string]string{"emoji_type": emoji},
	}
}

// react counts an emoji up or down. Emojis stay in the order they came.
func (m *Message) react(emoji string, by int) {
	at := slices.IndexFunc(m.Reactions, func(r ReactionCount) bool { return r.EmojiType == emoji })
	if at < 0 {
		m.Reactions = append(m.Reactions, ReactionCount{EmojiType: emoji, Count: by})
		return
	}
	if m.Reactions[at].Count += by; m.Reactions[at].Count == 0 {
		m.Reactions = slices.Delete(m.Reactions, at, at+1)
	}
}

// deleteReaction answers DELETE messages/:id/reactions/:reaction_id.
func (s *Server) deleteReaction(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	message, refusal := c.tenant.reactable(c.PathValue("message_id"))
	if refusal != nil {
		return *refusal
	}
	id := c.PathValue("reaction_id")
	found, known := s.reactions[message.MessageID][id]
	if !known {
		return refuse(231011, "The request has an invalid reaction_id.")
	}
	delete(s.reactions[message.MessageID], id)
	message.react(found.emoji, -1)
	s.show("update", message)
	return ok(s.reaction(id, found.emoji, found.at))
}
