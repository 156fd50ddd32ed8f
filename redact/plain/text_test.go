package plain_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"coatcheck/redact/plain"
)

const secret = "jane@example.com"

// holder keeps a Text where fmt cannot call its methods.
type holder struct {
	hidden plain.Text
	Shown  plain.Text
}

func TestTextIsNeverPrinted(t *testing.T) {
	v := plain.New(secret)
	h := holder{hidden: v, Shown: v}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10s", "%w"} {
		fmt.Fprintf(&out, verb+"\n", v)
		fmt.Fprintf(&out, verb+"\n", &v)
		fmt.Fprintf(&out, verb+"\n", h)
		fmt.Fprintf(&out, verb+"\n", &h)
		fmt.Fprintf(&out, verb+"\n", []plain.Text{v})
		fmt.Fprintf(&out, verb+"\n", map[string]holder{"k": h})
	}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Info("m", "v", v, "h", h, "p", &h)
	}
	if err := json.NewEncoder(&out).Encode(map[string]any{"v": v, "h": h, "list": []any{v, &h}}); err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{secret, fmt.Sprintf("%x", secret), fmt.Sprintf("%X", secret)} {
		if strings.Contains(out.String(), form) {
			t.Errorf("printed %q somewhere in:\n%s", form, out.String())
		}
	}
	if !strings.Contains(out.String(), plain.Mark) {
		t.Error("the mark was never printed: this test looks at nothing")
	}
}

func TestRevealReturnsTheValue(t *testing.T) {
	if got := plain.New(secret).Reveal(plain.Access{}); got != secret {
		t.Errorf("got %q", got)
	}
	var zero plain.Text
	if zero.Reveal(plain.Access{}) != "" || zero.Len() != 0 {
		t.Error("the zero Text is not empty")
	}
	if !plain.New(secret).Equal(plain.New(secret)) || plain.New("a").Equal(plain.New("b")) {
		t.Error("Equal does not compare bytes")
	}
}
