package proxy_test

import (
	"encoding/json"
	"strings"
	"testing"

	"coatcheck/proxy/wire"
)

// TestNoControlFieldHidesACertainHit puts an address into every place that a
// route's table never alters. What nobody can take out there does not leave.
// What the provider signed or sealed leaves as it came.
func TestNoControlFieldHidesACertainHit(t *testing.T) {
	r := newRig(t, rigOptions{})
	c := r.client(false)
	never, sealed := 0, 0
	for _, host := range []string{"api.openai.com", "api.anthropic.com"} {
		for _, rt := range wire.ForHost(host).Routes {
			for _, p := range rt.Places {
				if p.Class < wire.ClassNever {
					continue
				}
				path := rt.Suffix
				if host == "api.openai.com" {
					path = "/v1" + path
				}
				r.provider.Forget()
				body := bodyWith(t, p, email)
				resp, answer := r.post(c, "https://"+host+path, body)
				if p.Class == wire.ClassSealed {
					sealed++
					if got := r.received(); string(got.Body) != body {
						t.Errorf("%s %s: sealed text left as %s", rt.Name, p.Path, got.Body)
					}
					continue
				}
				never++
				if resp.StatusCode != 403 {
					t.Errorf("%s %s: status %d", rt.Name, p.Path, resp.StatusCode)
					continue
				}
				if !strings.Contains(answer, `"code":"unplaceable"`) {
					t.Errorf("%s %s: refused with %s", rt.Name, p.Path, answer)
				}
				r.unseen(email)
				// The place is named; its own names are schema words.
				if where := strings.ReplaceAll(strings.TrimSuffix(p.Path, "/**"), "*", "0"); !strings.Contains(answer, "(at "+where+")") {
					t.Errorf("%s %s: the answer names no place: %s", rt.Name, p.Path, answer)
				}
			}
		}
	}
	if never < 30 || sealed < 12 {
		t.Errorf("%d places that are never altered, %d sealed ones: too few to mean anything", never, sealed)
	}
}

// bodyWith builds a request with one string, at a place of a route's table.
func bodyWith(t *testing.T, p wire.Place, text string) string {
	t.Helper()
	steps := strings.Split(strings.TrimPrefix(p.Path, "/"), "/")
	var v any = text
	for i := len(steps) - 1; i >= 0; i-- {
		if steps[i] == "*" {
			v = []any{v}
			continue
		}
		object := map[string]any{steps[i]: v}
		if i == len(steps)-1 && len(p.Types) > 0 {
			object["type"] = p.Types[0]
		}
		if i == len(steps)-1 && p.Signed {
			object["signature"] = "c2lnbmVk"
		}
		v = object
	}
	b, err := json.Marshal(v)
	must(t, err)
	return string(b)
}
