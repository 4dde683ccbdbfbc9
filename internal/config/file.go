package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"go.yaml.in/yaml/v3"
)

// readFile reads the YAML file. A file that was not named may be absent.
func readFile(path string, named bool) (map[string]setting, []string) {
	content, err := os.ReadFile(filepath.Clean(path))
	if errors.Is(err, fs.ErrNotExist) && !named {
		return nil, nil
	}
	if err != nil {
		return nil, []string{fmt.Sprintf("the configuration file %s cannot be read: %v; name another with --config", path, errors.Unwrap(err))}
	}
	return parseFile(path, content)
}

// parseFile reads the keys of a YAML file: one document that is a mapping, or
// nothing at all.
func parseFile(path string, content []byte) (map[string]setting, []string) {
	broken := func(problem string) (map[string]setting, []string) {
		return nil, []string{"the configuration file " + path + " " + problem}
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	var root, more yaml.Node
	err := decoder.Decode(&root)
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return broken(unreadable(err))
	}
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		return broken("holds more than one document; keep one, without lines of ---")
	}
	mapping := root.Content[0]
	if mapping.Kind == yaml.ScalarNode && mapping.Tag == "!!null" {
		return nil, nil
	}
	if mapping.Kind != yaml.MappingNode {
		return broken("holds no keys; write lines such as feishu_app_id: cli_…")
	}
	return readKeys(path, mapping)
}

// unreadable says what keeps a file from being YAML. Its own words may repeat
// what follows a *, which may be a secret.
func unreadable(err error) string {
	if strings.Contains(err.Error(), "anchor") {
		return "is no YAML: a value begins with *; put such a value in quotes"
	}
	return "is no YAML: " + strings.Join(strings.Fields(strings.TrimPrefix(err.Error(), "yaml: ")), " ") +
		"; it may be half-written: mend that line, or move the file away and run huibao setup"
}

// readKeys reads the file's keys, each once and known.
func readKeys(path string, mapping *yaml.Node) (map[string]setting, []string) {
	known, given, seen := names(), map[string]setting{}, map[string]bool{}
	var problems []string
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		key, node := mapping.Content[i], mapping.Content[i+1]
		at := fmt.Sprintf("%s, line %d: ", path, key.Line)
		if !slices.Contains(known, key.Value) {
			problems = append(problems, at+unknown(key.Value, known))
			continue
		}
		value, err := scalar(node)
		switch {
		case seen[key.Value]:
			problems = append(problems, at+key.Value+" is there twice; keep one")
		case err != nil:
			problems = append(problems, at+key.Value+" "+err.Error())
		case value != "":
			given[key.Value] = setting{value, at + key.Value}
		}
		seen[key.Value] = true
	}
	return given, problems
}

// unknown says that a key is none, and which it may have been meant to be.
func unknown(key string, known []string) string {
	const longest = 40 // more than any key has; beyond it nothing is near
	// People also write a setting as its flag or its variable.
	folded := strings.TrimPrefix(strings.ReplaceAll(strings.ToLower(key), "-", "_"), "huibao_")
	nearest, least := "", len(folded)/2
	for _, name := range known {
		if len(folded) > longest {
			break
		}
		if distance := levenshtein.ComputeDistance(folded, name); distance < least {
			nearest, least = name, distance
		}
	}
	if nearest == "" {
		return fmt.Sprintf("%.60q is no setting; see the sample configuration", key)
	}
	return fmt.Sprintf("%.60q is no setting; did you mean %s?", key, nearest)
}

// scalar reads a value, or a list of values as a comma separated one.
func scalar(node *yaml.Node) (string, error) {
	switch node.Kind {
	case yaml.ScalarNode:
		if node.Tag == "!!null" {
			return "", nil
		}
		if !strings.HasPrefix(node.Tag, "!!") {
			return "", errors.New("begins with !; put such a value in quotes")
		}
		return node.Value, nil
	case yaml.SequenceNode:
		var items []string
		for _, item := range node.Content {
			if item.Kind != yaml.ScalarNode {
				return "", errors.New("is no list of plain values")
			}
			items = append(items, item.Value)
		}
		return strings.Join(items, ","), nil
	}
	return "", errors.New("is no plain value")
}
