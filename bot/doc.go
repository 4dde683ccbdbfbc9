// Package bot goes from an event of the platform to an answer: who may ask,
// which command it is, and what is said. A file per command.
//
// It promises that every command taken gets an answer a person understands,
// once. It leaves to others: being certain the event is genuine (feishu),
// keeping it (store), the figures (reports), the words (templates) and posting
// exactly once (outbox).
package bot
