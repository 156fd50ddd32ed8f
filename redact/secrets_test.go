package redact_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"coatcheck/redact"
	"coatcheck/redact/plain"
	"coatcheck/rules"
)

const registered = `c0rrect&h0rse"b4ttery/\xC3`

func registeredEngine(t testing.TB) *redact.Engine {
	t.Helper()
	e, err := redact.New(&rules.Set{}, redact.Options{Secrets: []redact.Secret{{Name: "DB", Value: plain.New(registered + "\n")}}})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestRegisteredSecretIsFoundInEveryForm: with nothing around it that says so.
func TestRegisteredSecretIsFoundInEveryForm(t *testing.T) {
	e := registeredEngine(t)
	quoted, _ := json.Marshal(registered)
	for name, form := range map[string]string{
		"clear": registered, "JSON": strings.Trim(string(quoted), `"`), "query": url.QueryEscape(registered), "path": url.PathEscape(registered),
		"hexadecimal": hex.EncodeToString([]byte(registered)), "upper case": strings.ToUpper(hex.EncodeToString([]byte(registered))),
		"lower-case escapes": strings.ReplaceAll(url.QueryEscape(registered), "%2F", "%2f"), "entities": strings.ReplaceAll(registered, "&", "&amp;"),
	} {
		text := "é" + form + "_"
		found := scan(t, e, text)
		if len(found) != 1 || text[found[0].Start:found[0].End] != form || found[0].Rule != "registered.DB" || !found[0].Certain || found[0].Label != "KEY" {
			t.Errorf("%s: %s in %q", name, marks(text, found), text)
		}
	}
	if labels := e.Labels(); len(labels) != 1 || labels[0] != "KEY" {
		t.Errorf("labels %q", labels)
	}
}

// TestRegisteredSecretInsideBase64: wherever it stands in the encoded bytes,
// what is left of it beside the finding is less than a character at each end.
func TestRegisteredSecretInsideBase64(t *testing.T) {
	e := registeredEngine(t)
	for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding} {
		for before := range 7 {
			for after := range 4 {
				text := enc.EncodeToString([]byte(strings.Repeat("\x00", before) + registered + strings.Repeat("\x01", after)))
				found := scan(t, e, text)
				if len(found) != 1 {
					t.Fatalf("%d bytes before, %d after: %+v", before, after, found)
				}
				if first, last := found[0].Start*6, found[0].End*6; first > (before+1)*8 || last < (before+len(registered)-1)*8 {
					t.Errorf("%d bytes before, %d after: bits [%d,%d)", before, after, first, last)
				}
			}
		}
	}
}

func TestRegisteredSecretIsNotFoundInLookAlikes(t *testing.T) {
	e := registeredEngine(t)
	for _, text := range []string{"c0rrect", `c0rrect&h0rse"b4ttery/`, strings.ToUpper(registered), strings.Repeat("c0rrect h0rse b4ttery ", 20)} {
		if found := scan(t, e, text); len(found) != 0 {
			t.Errorf("%q: %s", text, marks(text, found))
		}
	}
}

// TestPlainSecretsAreRefused: a word of ordinary text cannot be registered, and
// the message does not quote it.
func TestPlainSecretsAreRefused(t *testing.T) {
	for _, value := range []string{"", "a", "hunter2", "changeme", "password", "aaaaaaaaaaaaaaaaaaaaaaaa", "        ", "12121212"} {
		_, err := redact.New(&rules.Set{}, redact.Options{Secrets: []redact.Secret{{Name: "DB", Value: plain.New(value)}}})
		if err == nil || !strings.Contains(err.Error(), "DB") || len(value) > 1 && strings.Contains(err.Error(), value) {
			t.Errorf("%q: %v", value, err)
		}
	}
}
