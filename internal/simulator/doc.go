// Package simulator imitates the open platform of Feishu as far as huibao uses
// it: tokens, daily meeting reports and rankings, messages, replies, cards and
// their changes, reactions, chats, files, slash commands, events with the
// platform's retries, by webhook (signed and encrypted) or long connection,
// clicks on cards, and the registration of an app by QR code. It is written from
// the platform's documentation alone and shares no code with the bot, so that a
// wrong reading on one side shows on the other.
//
// # How it is used
//
// New makes one platform with one app in one tenant; a store app has more, by
// AddTenant. Platform is the imitated API, Control the simulator's own (meant for
// another port), ChatPage a chat in the browser. What people do is a method:
// SendText, Click, AddBot, Rename and so on; each sends the event that the
// platform would send. What the platform did and was asked is read by Messages,
// FromBot, Requests and Attempts, and waited for by Wait, WaitReply, WaitUpdate,
// WaitHeld and WaitDelivered, which never sleep. A group's owner and managers are
// fields of its Chat, which ChangeChat changes and the chat look-up tells.
//
// Time is the Clock's: it can be frozen, moved on and sped up. Tokens, uuids,
// limits, the retries of events and the last 90 days of reports follow it. Only
// the 3 s within which an event must be acknowledged, and the 1 s of a URL
// verification, are real, since the receiver's clock is not the simulator's.
//
// # Store apps
//
// With Options.AppType StoreApp the app's tokens come by the chain of the app
// store: a ticket, which is sent hourly and when it is asked for, the app's own
// token, and a token for each tenant. A call then sees what is of its token's
// tenant and nothing else: chats, people, messages, files, figures, scopes,
// limits, uuids and slash commands. A Tenant tells and changes what is its own;
// the Server's methods of the same names are those of the first tenant, in which
// the app is there from the beginning. InstallApp, StopApp, StartApp and
// UninstallApp send what the platform sends.
//
// # Unkindness
//
// Options.Unkind, meant for tests from end to end, makes it as unkind as the
// platform may be: events come twice, late, out of order and under new ids;
// calls are slow or end in 429, 5xx or a cut connection; tokens die early; report
// rows come in no order and with days nobody asked for. It follows from the seed
// and never strikes an endpoint twice in a row. SetFault makes one thing go
// wrong on purpose.
//
// # Where the documentation is silent
//
// The stricter reading is taken, or there is a switch. A uuid counts for
// the app in its tenant, whatever the receiver, and its second call gets the first
// message. A call that was refused for its frequency does not count. Every object
// of a card that has a tag is an element. Every tenant's bot has an open_id of its
// own. A ticket is good for two hours, or until ExpireTickets. Retries carry a
// fresh timestamp and signature, or, unkind, those of the first attempt.
// ReportStyle chooses how reports are written, Limits what the report endpoints
// take. The app has the scopes that huibao asks for and im:message.group_msg
// besides, so that it must leave alone by itself what is not meant for it.
//
// # What it does not imitate
//
//   - rights of people: anybody may click and write anywhere, moderation apart
//   - messages of the types audio, media, sticker, share_chat, share_user and
//     system, mentions in messages of the app, batch and ephemeral messages,
//     editing of texts, urgent messages, search and history calls
//   - receivers by user_id or email, and user_id fields altogether
//   - events of reactions, of the bot's menu, of the first private chat
//   - card templates, card entities and streaming, cards of version 1.0, and the
//     components img_combination, select_img, multi_select_person and audio; the
//     words of colours and icons, and whether a mentioned person exists
//   - meetings, calendars, rooms and people themselves: the figures are invented
//   - any limit or error that the documentation does not state
package simulator
