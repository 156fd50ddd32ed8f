package proxy_test

import (
	"bytes"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
	"coatcheck/redact"
	"coatcheck/rules"
)

func engineOf(t *testing.T, text string) *redact.Engine {
	t.Helper()
	set, err := rules.Load(fstest.MapFS{"r.yaml": {Data: []byte(text)}}, "r.yaml")
	rig.Must(t, err)
	e, err := redact.New(set, redact.Options{})
	rig.Must(t, err)
	return e
}

// TestSetEngineHoldsForWholeExchanges swaps the rules while requests run. Each
// is scanned by one of the two engines, none fails, and from the swap on text
// that looks like a token of the new label is shielded as well.
func TestSetEngineHoldsForWholeExchanges(t *testing.T) {
	const file = `
apiVersion: coatcheck/rules/v1
pack: {id: own}
rules:
  - {id: own.a, entity: STAFF, label: STAFF, patterns: [{regex: 'S-\d{6}'}]}
`
	r := rig.New(t, rig.Options{Provider: standin.Config{}})
	first := engineOf(t, file)
	second := engineOf(t, file+`  - {id: own.b, entity: DESK, label: DESK, patterns: [{regex: 'D-\d{6}'}]}`+"\n")
	r.Proxy.SetEngine(first)
	client := r.Client(false)
	const body = `{"input":"S-123456 sits at D-654321 [DESK_7K3QXM]"}`
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 10 {
				resp, err := client.Post("https://api.example.com/model", "application/json", strings.NewReader(body))
				if err != nil {
					t.Error(err)
					return
				}
				if got := readAll(t, resp); resp.StatusCode != http.StatusOK || !strings.Contains(got, "S-123456 sits at D-654321 [DESK_7K3QXM]") {
					t.Errorf("status %d: %s", resp.StatusCode, got)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	for swapping := true; swapping; {
		select {
		case <-done:
			swapping = false
		default:
			r.Proxy.SetEngine(first)
			r.Proxy.SetEngine(second)
		}
	}
	resp, err := client.Post("https://api.example.com/model", "application/json", strings.NewReader(body))
	rig.Must(t, err)
	_ = readAll(t, resp)
	requests := r.Provider.Requests()
	for _, q := range requests {
		switch sees, shielded := bytes.Contains(q.Body, []byte("D-654321")), !bytes.Contains(q.Body, []byte("[DESK_7K3QXM]")); {
		case bytes.Contains(q.Body, []byte("S-123456")):
			t.Error("a request left by no rules at all")
		case sees == shielded:
			t.Error("a request left by the rules of one set and the shield of the other")
		}
	}
	if last := requests[len(requests)-1].Body; bytes.Contains(last, []byte("D-654321")) {
		t.Error("the last request left by the old rules")
	}
}

func readAll(t *testing.T, resp *http.Response) string {
	t.Helper()
	defer resp.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(resp.Body); err != nil {
		t.Error(err)
	}
	return b.String()
}
