// Package templates owns every card and every word: the structs of card JSON
// 2.0, the message catalogues, and the platform's limits on what may be sent.
//
// It promises that any text and any report yields a card within the limits,
// with nothing of the input unescaped, and plainer ways of saying the same
// thing below it. It decides nothing and touches nothing outside.
//
// Numbers are put alike everywhere. Counts are whole, with thousands apart
// (1,033). Means have one decimal, halves away from zero, and keep it when it
// is a zero (2.0). Percentages come whole from reports. Durations are hours and
// minutes to the nearest minute, half a minute up, and seconds below a minute;
// the cells of a table hold hours to the nearest hundredth.
package templates
