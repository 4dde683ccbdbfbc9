// Package reports knows periods, days and the figures of a report. It reads
// the period grammar, decides which days must be asked of the platform and
// which the archive can answer, lets all who ask for the same days share one
// call, and works out totals, means, comparison, coverage and the few findings
// worth saying (docs/findings.md).
//
// It promises that a missing day is never counted as zero, that a fresh or
// final day is never asked for on its own account, and that a report says what
// it does not know. It touches nothing outside except through the Source,
// Archive and Calendar it is handed, and holds no words: those are templates'.
package reports
