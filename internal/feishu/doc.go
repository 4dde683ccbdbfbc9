// Package feishu is the only user of the platform's SDK: it verifies, decrypts
// and decodes events, and makes the calls.
//
// It promises that nothing unproven becomes an event, that each call ends
// within a time limit, that a failed call says what is known of its outcome,
// and that no secret or token is in an error or a log line. What to do about a
// failure is decided by who asked.
//
// The SDK is kept to its core and one service, without its client, token cache
// or event dispatcher: they hold global state, ignore the HTTP status, answer
// before they verify, and panic on some of what can be sent to them.
package feishu
