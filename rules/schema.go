package rules

import (
	"encoding/json"
	"slices"
)

// schema describes one value of a rule file. The tables below are the format's
// documentation for editors; tests hold them against the loader, key by key and
// verdict by verdict.
type schema struct {
	doc     string
	kind    string    // "object", "array", "string", "number", "integer", "boolean"
	keys    []keyword // of an object, in the order in which they are best read
	need    []string  // keys that an object must have
	others  *schema   // of an object: what any other key holds
	items   *schema   // of an array
	words   []string  // the strings that are allowed
	means   []string  // what each of the words means; empty: they speak for themselves
	shape   string    // a regular expression that a string must fit
	preset  any       // the value when the key is left out
	least   float64
	most    float64
	bounded bool
	filled  bool    // an array that must not be empty
	short   *schema // another way to write it
}

type keyword struct {
	name string
	*schema
}

func (s *schema) rank(key string) int {
	i := slices.IndexFunc(s.keys, func(k keyword) bool { return k.name == key })
	if i < 0 {
		return len(s.keys)
	}
	return i
}

func (s *schema) child(key string) *schema {
	if i := s.rank(key); i < len(s.keys) {
		return s.keys[i].schema
	}
	return s.others
}

func text(doc string) *schema { return &schema{kind: "string", doc: doc} }

func shaped(doc, shape string) *schema { return &schema{kind: "string", doc: doc, shape: shape} }

func oneOf[T ~string](doc string, preset T, words []T) *schema {
	s := &schema{kind: "string", doc: doc}
	if preset != "" {
		s.preset = preset
	}
	for _, w := range words {
		s.words = append(s.words, string(w))
	}
	return s
}

func share(doc string, preset any) *schema {
	return &schema{kind: "number", doc: doc, preset: preset, bounded: true, most: 1}
}

func whole(doc string, preset any, least, most int) *schema {
	return &schema{kind: "integer", doc: doc, preset: preset, bounded: true, least: float64(least), most: float64(most)}
}

func listOf(doc string, items *schema) *schema {
	return &schema{kind: "array", doc: doc, items: items}
}

func object(doc string, need []string, keys ...keyword) *schema {
	return &schema{kind: "object", doc: doc, keys: keys, need: need}
}

// JSONSchema returns the format as JSON Schema, draft 2020-12, for editors:
//
//	# yaml-language-server: $schema=rules.schema.json
//
// It accepts every file that Load accepts; what it cannot say, such as whether
// a pattern compiles, Load and the lints say.
func JSONSchema() []byte {
	doc := fileSchema.json()
	doc["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	doc["title"] = "coatcheck rule file, " + APIVersion
	out, err := json.MarshalIndent(doc, "", "  ")
	if err != nil { // maps, slices, strings and numbers always marshal
		panic(err)
	}
	return append(out, '\n')
}

func (s *schema) json() map[string]any {
	out := map[string]any{"type": s.kind}
	if s.doc != "" {
		out["description"] = s.doc
	}
	if s.preset != nil {
		out["default"] = s.preset
	}
	switch {
	case s.means != nil:
		out["oneOf"] = s.choices()
	case s.words != nil:
		out["enum"] = s.words
	}
	if s.shape != "" {
		out["pattern"] = s.shape
	}
	if s.bounded {
		out["minimum"], out["maximum"] = s.least, s.most
	}
	if s.items != nil {
		out["items"] = s.items.json()
	}
	if s.filled {
		out["minItems"] = 1
	}
	if s.kind == "object" {
		s.object(out)
	}
	if s.short == nil {
		return out
	}
	long := out
	return map[string]any{"anyOf": []any{s.short.json(), long}}
}

// choices lists the words one by one, so that each carries its meaning.
func (s *schema) choices() (list []any) {
	for i, w := range s.words {
		list = append(list, map[string]any{"const": w, "description": s.means[i]})
	}
	return list
}

func (s *schema) object(out map[string]any) {
	properties := map[string]any{}
	for _, k := range s.keys {
		properties[k.name] = k.json()
	}
	out["properties"] = properties
	out["additionalProperties"] = false
	if s.others != nil {
		out["additionalProperties"] = s.others.json()
	}
	if s.need != nil {
		out["required"] = s.need
	}
}
