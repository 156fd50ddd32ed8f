package proxy_test

import (
	"encoding/json"
	"strings"
	"testing"

	"coatcheck/proxy/rig"
	"coatcheck/proxy/wire"
)

// TestNoShapeHidesACertainHit: an identifier's name or shape may silence weak
// detectors, never a validated, e-mail or secret hit.
func TestNoShapeHidesACertainHit(t *testing.T) {
	for _, body := range []string{
		`{"customer_id":"` + email + `"}`,
		`{"id":"` + email + `"}`,
		`{"model":"` + email + `"}`,
		`{"ref":"4111111111111111"}`,
		`{"ref":4111111111111111}`,
		`{"url":"https://example.com/u/` + email + `?x=1"}`,
		`{"uuid":"123e4567-e89b-12d3-a456-426614174000 ` + email + `"}`,
		`{"a":{"b":[[["` + email + `"]]]}}`,
		`{"` + email + `":1}`,
		`{"type":"` + email + `","role":"` + card + `"}`,
		`["` + email + `"]`,
		`"` + email + `"`,
		`{"escaped":"jane.roe\u0040example.com"}`,
		`{"args":"{\"to\":\"` + email + `\",\"n\":{\"m\":\"[\\\"` + email + `\\\"]\"}}"}`,
		`{"invalid":"` + "\xff\xfe" + email + "\xff" + `"}`,
		`{"stop":["` + email + `"],"enum":["` + email + `"]}`,
	} {
		r := rig.New(t, rig.Options{})
		resp, answer := r.Post(r.Client(false), "https://api.example.com/model", body)
		if resp.StatusCode != 200 && resp.StatusCode != 400 {
			t.Errorf("%s: status %d: %s", body, resp.StatusCode, answer)
		}
		r.Unseen(email, "4111111111111111", card)
		if len(r.Provider.Requests()) != 1 {
			t.Errorf("%s: %d requests arrived", body, len(r.Provider.Requests()))
		}
	}
}

// TestNoControlFieldHidesACertainHit puts an address into every place that a
// route's table never alters. What nobody can take out there does not leave.
// What the provider signed or sealed leaves as it came.
func TestNoControlFieldHidesACertainHit(t *testing.T) {
	r := rig.New(t, rig.Options{})
	c := r.Client(false)
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
				r.Provider.Forget()
				body := bodyWith(t, p, email)
				resp, answer := r.Post(c, "https://"+host+path, body)
				if p.Class == wire.ClassSealed {
					sealed++
					if got := r.Received(); string(got.Body) != body {
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
				r.Unseen(email)
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
	rig.Must(t, err)
	return string(b)
}
