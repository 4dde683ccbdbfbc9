// Package scheduler owns schedules and deliveries: when a schedule is due, who
// claims the run, what is made up for after a stop, and how a delivery ends.
//
// It promises one delivery for each due run however many processes look, and
// an end with a reason for each delivery. It leaves to others: the figures
// (reports), the words (templates), posting exactly once (outbox) and keeping
// things (store).
package scheduler
