package proxy_test

import (
	"encoding/json"
	"strings"
	"testing"

	"coatcheck/crypto/journal"
	"coatcheck/proxy/rig"
)

// TestARefusalNamesThePlaceAndNeverTheText: what a rule blocks is told by its
// path, in which a name that could be private is a star, in the answer and in
// the log.
func TestARefusalNamesThePlaceAndNeverTheText(t *testing.T) {
	for _, tt := range []struct{ url, body, place string }{
		{chatURL, `{"messages":[{"role":"user","content":"hello"},{"role":"user","content":"code ACME-1234"}]}`, "/messages/1/content"},
		{"https://api.example.com/model", `{"a":{"jane.roe@example.org":["x","ACME-1234"]}}`, "/a/*/1"},
		{"https://api.example.com/model", `{"202-555-0143":"ACME-1234"}`, "/*"},
		{"https://api.example.com/model", `{"outer":"{\"inner\":\"ACME-1234\"}"}`, "/outer#/inner"},
	} {
		r := rig.New(t, rig.Options{Config: blockRule})
		resp, answer := r.Post(r.Client(false), tt.url, tt.body)
		if resp.StatusCode != 403 {
			t.Fatalf("%s: status %d", tt.body, resp.StatusCode)
		}
		var told struct{ Error struct{ Message string } }
		rig.Must(t, json.Unmarshal([]byte(answer), &told))
		if !strings.HasSuffix(told.Error.Message, "(at "+tt.place+")") {
			t.Errorf("%s: %q does not name %s", tt.body, told.Error.Message, tt.place)
		}
		rig.Must(t, r.Proxy.Shutdown(t.Context()))
		places := 0
		for e, err := range journal.Read(r.Dir, r.Auditor) {
			rig.Must(t, err)
			if e.Exchange == nil || e.Exchange.Open == nil {
				continue
			}
			for _, span := range e.Exchange.Open.Secret.Spans {
				if span.Path == tt.place {
					places++
				}
			}
		}
		if places == 0 {
			t.Errorf("%s: the log does not name %s", tt.body, tt.place)
		}
		for _, private := range []string{"ACME", "1234", "jane.roe", "555-0143"} {
			if strings.Contains(answer, private) || strings.Contains(r.Log.String(), private) {
				t.Errorf("%s: %q is told", tt.body, private)
			}
		}
	}
}
