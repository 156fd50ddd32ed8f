package proxy_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"coatcheck/crypto/journal"
	"coatcheck/proxy"
	"coatcheck/proxy/rig"
)

// TestCredentialsHideNothing: what is the provider's to read is known by its
// whole name, and even there an address or a card number is no credential.
func TestCredentialsHideNothing(t *testing.T) {
	const (
		key = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"
		jwt = "eyJhbGciOiJIUzI1NiJ9." + "eyJlbWFpbCI6ImphbmUucm9lQGV4YW1wbGUuY29tIn0.dBjftJeZ4CVPmB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	)
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(email+":"+key))
	for _, tt := range []struct {
		name, query   string
		header, value string
		refused       string // where, "" if it leaves
	}{
		{"key", "?key=" + key, "Authorization", "Bearer " + key, ""},
		{"other names of keys", "?API_KEY=" + key + "&sig=" + key, "X-Api-Key", key, ""},
		{"temporary key", "?X-Amz-Security-Token=" + key, "X-Amz-Security-Token", key, ""},
		{"signed address", "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLX%2F20260101%2Fus-east-1%2Fs3%2Faws4_request", "X-Amz-Date", "20260101T000000Z", ""},
		{"token with an address inside", "?access_token=" + jwt, "Authorization", "Bearer " + jwt, ""},
		{"user and password", "", "Authorization", basic, ""},
		{"session", "", "Cookie", "__cf_bm=abc.Xyz-1700000000-1.0.1.1-q9; _cfuvid=x-1700000000000-0.0.1.1-604800000", ""},

		{"user metadata", "", "X-Amz-Meta-Mail", email, "header"},
		{"key under a name of no credential", "", "X-Amz-Meta-Key", key, "header"},
		{"metadata in the query", "?x-amz-meta-mail=" + email, "", "", "query"},
		{"address behind a semicolon", "?token=a;to=" + email, "", "", "query"},
		{"key behind a semicolon", "?token=a;note=" + key, "", "", "query"},
		{"key across a semicolon", "?note=a;" + key, "", "", "query"},
		{"address as key", "?key=" + email, "", "", "credential"},
		{"escaped address as token", "?token=jane.roe%40example.com", "", "", "credential"},
		{"address as signature", "?sig=" + email, "", "", "credential"},
		{"address as header", "", "X-Auth-Token", email, "credential"},
		{"card as key", "?key=4111+1111+1111+1111", "", "", "credential"},
		{"account as key", "", "X-Api-Key", "DE89370400440532013000", "credential"},
		{"address in a cookie", "", "Cookie", "a=b; user=jane.roe%40example.com", "credential"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j := &openJournal{}
			r := rig.New(t, rig.Options{Config: func(c *proxy.Config) { c.Journal = j }})
			req, err := http.NewRequest(http.MethodPost, "https://api.example.com/model"+tt.query, strings.NewReader(`{}`))
			rig.Must(t, err)
			req.Header.Set("Content-Type", "application/json")
			if tt.header != "" {
				req.Header.Set(tt.header, tt.value)
			}
			resp, err := r.Client(false).Do(req)
			rig.Must(t, err)
			defer resp.Body.Close()
			left := len(r.Provider.Requests()) == 1
			if left != (tt.refused == "") || left != (resp.StatusCode == 200) {
				t.Errorf("left: %v, status %d", left, resp.StatusCode)
			}
			if o := j.opened[0].Secret; tt.refused != "" && (len(o.Spans) == 0 || o.Spans[0].Path != tt.refused || o.Path != "") {
				t.Errorf("the log names %+v", o)
			}
		})
	}
}

// openJournal keeps opening frames.
type openJournal struct{ opened []journal.Open }

func (j *openJournal) Begin(_ context.Context, o journal.Open) error {
	j.opened = append(j.opened, o)
	return nil
}
func (*openJournal) Finish(context.Context, journal.Close) error { return nil }
func (*openJournal) Note(context.Context, journal.Event) error   { return nil }

// TestLoggedPath: of a query the log holds the names, and the values of those
// parameters alone that are words of an API.
func TestLoggedPath(t *testing.T) {
	for query, want := range map[string]string{
		"":                                "",
		"?api-version=2026-01-01&beta=on": "?api-version=2026-01-01&beta=on",
		"?alt=sse&key=abc":                "?alt=sse&key=…",
		"?subscription-key=0123deadbeef&password=hunter2&code=abc": "?subscription-key=…&password=…&code=…",
		"?X-Goog-Signature=ab;access-token=cd":                     "?X-Goog-Signature=…",
		"?Api%2DVersion=1":                                         "?Api%2DVersion=1",
		"?alt=sse;auth=abc":                                        "?alt=…",
		"?hunter2":                                                 "?…",
		"?a=&=b&":                                                  "?a=…&=…&…",
	} {
		j := &openJournal{}
		r := rig.New(t, rig.Options{Config: func(c *proxy.Config) { c.Journal = j }})
		resp, _ := r.Post(r.Client(false), "https://api.example.com/model"+query, `{}`)
		if resp.StatusCode != 200 || len(j.opened) != 1 {
			t.Fatalf("%s: status %d, %d openings", query, resp.StatusCode, len(j.opened))
		}
		if got := j.opened[0].Secret.Path; got != "/model"+want {
			t.Errorf("%s is logged as %s", query, got)
		}
	}
}
