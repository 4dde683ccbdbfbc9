// Package outbox says a message to a chat exactly once. What is to be said is
// written down before the first attempt, with every plainer way of saying it;
// attempts carry a uuid by which the platform drops repeats for an hour; a
// repeat after an unknown outcome is made only within 50 minutes, and a
// plainer way is tried only after a definite refusal.
//
// It knows nothing of commands or schedules: bot and scheduler hand it a
// Message and get back how it ended. It leaves to others: the calls and what
// their errors mean (feishu), and keeping records and slots (store).
package outbox
