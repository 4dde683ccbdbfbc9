package simulator

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"
)

// Every card the bot is known to send passes here, too, as does the plainer one
// below it. They are read from files, so that no code is shared.
func TestTheBotsCardsPass(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "templates", "testdata", "golden", "*.txtar"))
	if err != nil || len(files) < 100 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, card := range archive.Files {
			if filepath.Ext(card.Name) != ".json" {
				continue
			}
			if got := judgeCard(card.Data, nil); got.code != 0 {
				t.Errorf("%s: %s: %s", filepath.Base(file), card.Name, got)
			}
		}
	}
}
