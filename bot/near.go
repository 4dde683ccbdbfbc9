package bot

import (
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// longestWord is more than any word of a command; beyond it nothing is near.
const longestWord = 40

// nearest returns the candidate that a mistyped word most likely meant, or
// otherwise when none is near: more than half of the word would be wrong.
func nearest(word string, candidates []string, otherwise string) string {
	if len(word) > longestWord {
		return otherwise
	}
	best, least := otherwise, utf8.RuneCountInString(word)/2+1
	for _, candidate := range candidates {
		if distance := levenshtein.ComputeDistance(word, candidate); distance < least {
			best, least = candidate, distance
		}
	}
	return best
}
