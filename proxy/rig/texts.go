package rig

import (
	"encoding/json"
	"regexp"
	"testing"
)

// What the tests send: values that the built-in rules find, and a request with
// nothing to find.
const (
	Email = "jane.roe@example.com"
	Card  = "4111 1111 1111 1111"
	IBAN  = "GB82 WEST 1234 5698 7654 32"
	Phone = "+1 202-555-0143"

	Prompt = "Mail " + Email + " about card " + Card + ", IBAN " + IBAN + " or call " + Phone + "."
	Hello  = `{"messages":[{"role":"user","content":"hello"}]}`

	ChatURL = "https://api.openai.com/v1/chat/completions"
)

// TokenShape is a token in its brackets.
var TokenShape = regexp.MustCompile(`\[[A-Z]{2,12}_[0-9A-HJKMNP-TV-Z]{6}\]`)

// Ways are the ways in; the line behind them is one.
var Ways = []struct {
	Name string
	URL  func(r *Rig, host, path string) string
	H2   bool
}{
	{"proxy h1", func(_ *Rig, host, path string) string { return "https://" + host + path }, false},
	{"proxy h2", func(_ *Rig, host, path string) string { return "https://" + host + path }, true},
	{"base URL", func(r *Rig, host, path string) string { return r.Base(host) + path }, false},
}

// CheckRefusal fails unless an answer is a refusal for this reason, in OpenAI's
// shape, with an id to look it up by.
func CheckRefusal(t testing.TB, answer, reason string) {
	t.Helper()
	var shape struct {
		Error struct{ Message, Type, Code, Exchange string }
	}
	if err := json.Unmarshal([]byte(answer), &shape); err != nil {
		t.Fatalf("not a JSON error: %s", answer)
	}
	if shape.Error.Code != reason {
		t.Errorf("reason %q, want %q", shape.Error.Code, reason)
	}
	if len(shape.Error.Exchange) != 26 || shape.Error.Message == "" {
		t.Errorf("no exchange id or message in %s", answer)
	}
}
