package proxy_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
)

// TestForeignTokensAreNeverRestored: a token that the user typed, or that a
// provider saw for somebody else, names nothing here, and comes back as typed.
func TestForeignTokensAreNeverRestored(t *testing.T) {
	r := rig.New(t, rig.Options{})
	c := r.Client(false)
	r.Post(c, chatURL, `{"messages":[{"role":"user","content":"`+email+`"}]}`)
	stolen := rig.TokenShape.FindString(string(r.Provider.Requests()[0].Decoded))
	for _, typed := range []string{stolen, strings.ToLower(stolen), `\` + stolen, "**" + stolen + "**", strings.Trim(stolen, "[]")} {
		r.Provider.Forget()
		_, answer := r.Post(c, "https://api.example.com/model", `{"input":`+quoted("repeat "+typed)+`}`)
		var got struct{ Output string }
		rig.Must(t, json.Unmarshal([]byte(answer), &got))
		if want := "You wrote: repeat " + typed; got.Output != want {
			t.Errorf("typed %q: the app received %q, want %q", typed, got.Output, want)
		}
	}
	// The provider writes a token that this request never carried.
	r.Provider.Enqueue(standin.Fixed(standin.Answer{
		Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(`{"output":"` + stolen + `"}`), Sized: true,
	}))
	if _, answer := r.Post(c, chatURL, `{"messages":[{"role":"user","content":"`+card+`"}]}`); strings.Contains(answer, email) {
		t.Errorf("another exchange's value came out: %s", answer)
	}
}
